// Whether what happened is what a golden trace says, and where not.
#pragma once

#include "ci/conformance/golden_case.hpp"

#include <string>
#include <vector>

namespace interlock::ci {

// One line a difference, the most telling first: "calls[1].status: \"ran\", expected \"none\"".
// Loop iterations are not compared; nor is the order of keys, or whether what is empty is written.
std::vector<std::string> differences(const Json& actual, const Json& expected);

// Runs the case in the order of a first-come-first-served event loop.
Json replay(const GoldenCase& golden);

}  // namespace interlock::ci
