#include "models/units/merge.hpp"

namespace interlock::models {

void merge(Result& all, Result&& part) {
    all.executions += part.executions;
    all.blocked += part.blocked;
    all.steps += part.steps;
    all.explored += part.explored;
    all.guarantee = part.guarantee;  // but for the counts: the same of all parts
    for (const Violation& violation : part.violations) {
        keep(all.violations, violation.finding, violation.trace);
    }
    all.outcomes.merge(part.outcomes);
    all.coverage.append(part.coverage);
}

void conclude(Result& result) {
    result.guarantee.complete = result.is_complete;
    result.guarantee.traces = result.executions;
    result.guarantee.ssb = result.blocked;
    if (result.verdict == Verdict::broken) {
        return;
    }
    if (!result.is_complete && !result.why.empty()) {
        result.saturation = result.coverage.saturation();
        result.saturation->is_joined = true;
    }
    if (!result.violations.empty()) {
        result.verdict = Verdict::violated;
        return;
    }
    result.verdict = result.is_complete ? Verdict::holds : Verdict::gave_up;
}

}  // namespace interlock::models
