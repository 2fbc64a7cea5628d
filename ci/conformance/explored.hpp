// Whether what happened to the real decorator is among what a search finds.
#pragma once

#include "ci/conformance/golden_case.hpp"
#include "models/check.hpp"

namespace interlock::ci {

// What a search for the recorded outcome came to.
struct Sought {
    bool is_found = false;
    bool gave_up = false;  // a budget ended first
    std::string why;       // if it is not
    std::uint64_t executions = 0;
};

// Of all that was recorded, what it came to: how each call ended, with which message, what never
// ended, and the state of every lock and throttle at the end. Not when, and in which order.
Json outcome_of(const Json& happened);

// Explores the case until an execution comes to the recorded outcome.
Sought seek(const GoldenCase& golden, models::CheckOptions options);

}  // namespace interlock::ci
