// The difference to a baseline as text for people.
#pragma once

#include "ci/report/report.hpp"

#include <string>

namespace interlock::ci {

// Of one scenario: each change and how to see it; empty if nothing changed.
std::string changes_text(const Report& report);

// What is in the baseline alone, and whether it must be approved again.
std::string approval_text(const RunReport& run);

// A difference of two files, of which no execution is at hand.
std::string text_of(const Difference& difference);

}  // namespace interlock::ci
