#include "models/explorer/coverage.hpp"

#include "core/policy/fingerprint.hpp"
#include "models/explorer/foata.hpp"

#include <algorithm>

namespace interlock::models {

void Coverage::add(const Trace& trace) {
    ++executions_;
    std::uint64_t const turns = trace.steps;
    so_far_.turns_least = executions_ == 1 ? turns : std::min(so_far_.turns_least, turns);
    so_far_.turns_most = std::max(so_far_.turns_most, turns);
    if (trace.ending == Ending::too_long) {
        ++so_far_.too_long;
        return;
    }
    Fingerprint outcomes;
    for (std::uint8_t const outcome : trace.outcomes) {
        outcomes.add(outcome);
    }
    so_far_.outcomes.add(outcomes_.insert(outcomes.value()).second, executions_);
    so_far_.orders.add(orders_.insert(lock_orders_of(trace)).second, executions_);
    if (tells_classes_ && !trace.turns.empty()) {
        so_far_.classes.add(classes_.insert(foata_of(trace)).second, executions_);
    }
}

}  // namespace interlock::models
