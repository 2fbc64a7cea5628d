// A result as the JSON object that docs/scenarios.md describes.
#pragma once

#include "ci/command/session.hpp"

#include <string>
#include <vector>

namespace interlock::ci {

// Pretty-printed, ending in a newline. Outcomes are sorted; nothing but `wall_s` differs from run
// to run.
std::string json_of(const Checked& checked);
std::string json_of(const std::vector<Checked>& gate);

}  // namespace interlock::ci
