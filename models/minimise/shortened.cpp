#include "models/minimise/shortened.hpp"

#include <algorithm>
#include <utility>

namespace interlock::models {

namespace {

// Whether it goes on, by choice, when nothing can help any more. Where tasks go on for ever it was
// cut off wherever a search happened to, and a replay is not.
bool is_to_be_shortened(const Program& program, const Violation& known) {
    if (program.is_endless()) {
        return !known.trace.round;
    }
    const auto& choices = known.trace.choices;
    return known.finding.property == Property::deadlock &&
           std::any_of(choices.begin(), choices.end(), [&](const ChoicePoint& point) {
               return !point.is_look && point.events_before > known.finding.event;
           });
}

}  // namespace

Violation shortened(
    const Program& program, Judge& judge, const Violation& known, const CheckOptions& options
) {
    if (!is_to_be_shortened(program, known)) {
        return known;
    }
    std::vector<Choice> way;
    for (const ChoicePoint& point : known.trace.choices) {
        if (!point.is_look && point.events_before <= known.finding.event) {
            way.push_back(point.chosen);
        }
    }
    CheckOptions once{.strategy = Strategy::exhaustive, .stop = Stop::never};
    once.budget.executions = 1;
    once.rerun_every = 0;
    once.faults = known.trace.faults;
    once.time = options.time;
    once.scheduler = options.scheduler;
    // Where any time may pass, by the times: a trace that was run again has no looks at the clock
    // among its choices, and comes to the same.
    if (program.is_endless() || options.time == TimeMode::all) {
        once.strategy = Strategy::replay;
        once.schedule = way;
        once.times = known.trace.times;
    } else {
        once.start.path = way;
    }
    Result result = check(program, judge, once);
    for (Violation& violation : result.violations) {
        if (violation.finding.property == known.finding.property &&
            (program.is_endless() || !is_simpler(known.trace, violation.trace))) {
            violation.has_fewest_switches = known.has_fewest_switches;
            violation.trace.choices.resize(way.size());
            return std::move(violation);
        }
    }
    return known;
}

}  // namespace interlock::models
