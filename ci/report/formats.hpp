// The formats that a report can be written in, by name.
#pragma once

#include "ci/report/report.hpp"

#include <span>
#include <string>
#include <string_view>

namespace interlock::ci {

struct Format {
    std::string_view name;
    std::string_view about;
    std::string (*write)(const RunReport& run);
};

std::span<const Format> formats() noexcept;

// Null if there is none of that name.
const Format* format_named(std::string_view name) noexcept;

// One file each. All end in a newline; nothing but times differs from run to run.
std::string text_report(const RunReport& run);
std::string json_report(const RunReport& run);
std::string junit_report(const RunReport& run);
std::string sarif_report(const RunReport& run);
std::string markdown_report(const RunReport& run);
std::string mermaid_report(const RunReport& run);
std::string dot_report(const RunReport& run);
std::string trace_report(const RunReport& run);
std::string page_report(const RunReport& run);

}  // namespace interlock::ci
