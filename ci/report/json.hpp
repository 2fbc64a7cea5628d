// A result as the JSON object of docs/report.schema.json.
#pragma once

#include "ci/report/report.hpp"

#include <string>
#include <vector>

namespace interlock::ci {

// Pretty-printed, ending in a newline. Outcomes are sorted; nothing but `wall_s` differs from run
// to run.
std::string json_of(const Report& report);
std::string json_of(const Checked& checked);

}  // namespace interlock::ci
