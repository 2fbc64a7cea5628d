// The simplest way to see a violation: the fewest switches between tasks, and the smallest
// scenario.
#pragma once

#include "models/check.hpp"

#include <functional>
#include <memory>

namespace interlock::models {

// Makes a judge for a program, which outlives it.
using JudgeOf = std::function<std::unique_ptr<Judge>(const Program&)>;

// The violation of the same property with the fewest switches that a search by bounds on their
// number finds, or `known` itself. `options`: what it was found with; faults, budget and interrupt
// count.
Violation with_fewest_switches(
    const Program& program, Judge& judge, const Violation& known, const CheckOptions& options
);

// `options` as they are for a scenario that may be smaller than the one that they were made for:
// faults, time and discipline are its own.
CheckOptions narrowed(CheckOptions options, const Scenario& scenario);

struct Smallest {
    Scenario scenario;
    Violation violation;      // of it, as it was found
    std::uint64_t tried = 0;  // scenarios
    bool is_minimal = false;  // all of its reductions were tried: none violates the property
};

// Leaves parts of `scenario` out as long as the same search, with `options`, still finds a
// violation of the property that is `known` to be violated, with `options` narrowed() to what is
// left. The budget of `options` is for each scenario, `seconds` for all of them.
Smallest smallest_that_violates(
    const Scenario& scenario,
    const Violation& known,
    const JudgeOf& judge_of,
    const CheckOptions& options,
    double seconds
);

}  // namespace interlock::models
