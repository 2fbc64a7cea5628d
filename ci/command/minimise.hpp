// After the search: violations with the fewest switches, and the smallest scenario that has one.
#pragma once

#include "ci/command/session.hpp"

namespace interlock::ci {

// Of several violations, the one that the file expects; there is one.
const models::Violation& told_of(const Checked& checked);

// Replaces each violation of `checked`, found with `options`, by one with the fewest switches, and
// looks for the smallest scenario with that which is told, for at most so many seconds.
void minimise(Checked& checked, const models::CheckOptions& options, double seconds);

}  // namespace interlock::ci
