#include "models/explorer/seen.hpp"

#include "core/policy/fingerprint.hpp"
#include "models/explorer/foata.hpp"

namespace interlock::models {

void see(const Trace& trace, Classes classes, Coverage& coverage) {
    coverage.count(trace.steps);
    if (trace.ending == Ending::too_long) {
        ++coverage.too_long;
        return;
    }
    Fingerprint outcomes;
    for (std::uint8_t const outcome : trace.outcomes) {
        outcomes.add(outcome);
    }
    coverage.outcomes.add(outcomes.value(), coverage.executions);
    coverage.orders.add(lock_orders_of(trace), coverage.executions);
    if (classes != Classes::none && !trace.turns.empty()) {
        coverage.classes.add(foata_of(trace, classes == Classes::by_events), coverage.executions);
    }
}

}  // namespace interlock::models
