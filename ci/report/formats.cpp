#include "ci/report/formats.hpp"

#include <algorithm>
#include <array>

namespace interlock::ci {

namespace {

constexpr std::array<Format, 9> all{{
    {"text", "text for people, as on a terminal", &text_report},
    {"json", "everything, for programs: docs/report.schema.json", &json_report},
    {"junit", "JUnit XML, for the test tab of a CI system", &junit_report},
    {"sarif", "SARIF 2.1.0, for annotations of the scenarios' lines", &sarif_report},
    {"markdown", "a job summary, such as for GITHUB_STEP_SUMMARY", &markdown_report},
    {"mermaid", "the execution to look at first, as a sequence diagram", &mermaid_report},
    {"dot", "who waits for whom at its end, for Graphviz", &dot_report},
    {"trace", "all executions shown, for Perfetto or chrome://tracing", &trace_report},
    {"html", "one page to click through, which needs nothing else", &page_report},
}};

}  // namespace

std::span<const Format> formats() noexcept {
    return all;
}

const Format* format_named(std::string_view name) noexcept {
    const auto* const found =
        std::find_if(all.begin(), all.end(), [&](const Format& one) { return one.name == name; });
    return found == all.end() ? nullptr : found;
}

}  // namespace interlock::ci
