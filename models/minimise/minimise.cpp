#include "models/minimise/minimise.hpp"

#include "models/minimise/reductions.hpp"
#include "models/minimise/shortened.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace interlock::models {

namespace {

const Violation* violation_of(const Result& result, Property property) {
    const auto found = std::find_if(
        result.violations.begin(),
        result.violations.end(),
        [&](const Violation& violation) { return violation.finding.property == property; }
    );
    return found == result.violations.end() ? nullptr : &*found;
}

std::optional<Violation> violation_of(
    const Scenario& scenario,
    Property property,
    const JudgeOf& judge_of,
    const CheckOptions& options
) {
    const auto compiled = compile(scenario);
    const auto& program = std::get<Program>(compiled);
    const auto judge = judge_of(program);
    const Result result = check(program, *judge, narrowed(options, scenario));
    const Violation* const violation = violation_of(result, property);
    return violation == nullptr ? std::nullopt : std::optional(*violation);
}

// Where time may pass at any moment there is no search by bounds: of all executions.
Violation simplest_of_all(
    const Program& program, Judge& judge, const Violation& known, const CheckOptions& options
) {
    CheckOptions all{.strategy = Strategy::exhaustive, .stop = Stop::never};
    all.budget = options.budget;
    all.faults = options.faults;
    all.time = TimeMode::all;
    all.interrupt = options.interrupt;
    const Result result = check(program, judge, all);
    const Violation* const simplest = violation_of(result, known.finding.property);
    const bool is_better = simplest != nullptr && simplest->trace.switches <= known.trace.switches;
    Violation fewest = is_better ? *simplest : known;
    fewest.has_fewest_switches = result.is_complete;
    return fewest;
}

}  // namespace

Violation with_fewest_switches(
    const Program& program, Judge& judge, const Violation& known, const CheckOptions& options
) {
    if (program.is_endless()) {
        return known;  // no search by bounds has an end
    }
    if (options.time == TimeMode::all) {
        return simplest_of_all(program, judge, known, options);
    }
    std::uint32_t const fewer = known.trace.switches - 1;
    CheckOptions bounded{.strategy = Strategy::bounded, .wanted = known.finding.property};
    bounded.budget = options.budget;
    bounded.faults = options.faults;
    bounded.interrupt = options.interrupt;
    bounded.measure = Measure::switches;
    bounded.bound = fewer;
    const Result result = check(program, judge, bounded);
    const Violation* const better = violation_of(result, known.finding.property);
    const auto& bound = result.guarantee.bound;
    Violation fewest = better != nullptr ? *better : known;
    fewest.has_fewest_switches =
        better != nullptr || result.is_complete || fewer == 0 || (bound && bound->value >= fewer);
    return shortened(program, judge, fewest, options);
}

CheckOptions narrowed(CheckOptions options, const Scenario& scenario) {
    options.faults = scenario.explore.faults;
    options.time = scenario.explore.time;
    options.discipline = scenario.explore.discipline;
    return options;
}

Smallest smallest_that_violates(
    const Scenario& scenario,
    const Violation& known,
    const JudgeOf& judge_of,
    const CheckOptions& options,
    double seconds
) {
    const auto started = std::chrono::steady_clock::now();
    CheckOptions first = options;
    first.stop = Stop::first;
    first.wanted = known.finding.property;
    first.on_progress = {};
    Smallest smallest{.scenario = scenario, .violation = known};
    while (!smallest.is_minimal) {
        smallest.is_minimal = true;
        for (Scenario& smaller : reductions_of(smallest.scenario)) {
            const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started;
            if (spent.count() > seconds || options.interrupt.stop_requested()) {
                smallest.is_minimal = false;
                return smallest;
            }
            ++smallest.tried;
            if (auto violation = violation_of(smaller, *first.wanted, judge_of, first)) {
                smallest.scenario = std::move(smaller);
                smallest.violation = *std::move(violation);
                smallest.is_minimal = false;
                break;
            }
        }
    }
    return smallest;
}

}  // namespace interlock::models
