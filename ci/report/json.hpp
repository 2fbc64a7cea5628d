// A result as the JSON object that docs/result.md describes.
#pragma once

#include "ci/command/session.hpp"

#include <string>
#include <vector>

namespace interlock::ci {

// Pretty-printed, ending in a newline. Outcomes are sorted; nothing but `wall_s` differs from run to
// run.
std::string json_of(Checked const& checked);
std::string json_of(std::vector<Checked> const& gate);

}  // namespace interlock::ci
