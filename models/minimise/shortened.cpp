#include "models/minimise/shortened.hpp"

#include <utility>

namespace interlock::models {

Violation shortened(
    const Program& program, Judge& judge, const Violation& known, const CheckOptions& options
) {
    const Trace& trace = known.trace;
    if (known.finding.property != Property::deadlock || trace.choices.empty() ||
        trace.choices.back().events_before <= known.finding.event) {
        return known;
    }
    Subtree way;
    for (const ChoicePoint& point : trace.choices) {
        if (point.events_before <= known.finding.event) {
            way.path.push_back(point.chosen);
        }
    }
    CheckOptions once{.strategy = Strategy::exhaustive, .stop = Stop::never};
    once.budget.executions = 1;
    once.rerun_every = 0;
    once.faults = trace.faults;
    once.time = options.time;
    once.scheduler = options.scheduler;
    once.start = way;
    Result result = check(program, judge, once);
    for (Violation& violation : result.violations) {
        if (violation.finding.property == known.finding.property &&
            !is_simpler(trace, violation.trace)) {
            violation.has_fewest_switches = known.has_fewest_switches;
            violation.trace.choices.resize(way.path.size());
            return std::move(violation);
        }
    }
    return known;
}

}  // namespace interlock::models
