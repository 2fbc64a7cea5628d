// What the formats share that show one execution.
#pragma once

#include "ci/report/report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace interlock::ci {

// An execution of a run, and what it shows.
struct Told {
    std::string title;  // "group-queue-throttle: deadlock"
    const Report* report = nullptr;
    const Shown* shown = nullptr;
    const Story* story = nullptr;  // null: there is none
};

// All that have a story: of what is not as it should be first, then what is expected to fail.
std::vector<Told> told(const RunReport& run);

// The first of them, with nulls if there is none.
Told told_first(const RunReport& run);

// In double quotes, with what has a meaning there escaped: as a string of DOT and of YAML.
std::string in_double_quotes(std::string_view text);

std::string mermaid_of(const Story& story);

}  // namespace interlock::ci
