// What holds of every scenario, as predicates over one: property_laws makes up the scenarios.
#pragma once

#include "models/scenario/scenario.hpp"
#include "models/trace/property.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace interlock::properties {

// Properties that belong together, and one sentence that says so.
struct Law {
    std::string name;
    std::vector<models::Property> properties;
};

Law locks_come_back();
Law ordered_locks_never_deadlock();
Law no_window_has_too_many_starts();
Law throttled_starts_are_a_period_apart();
Law locks_are_exclusive_and_fair();
Law refusals_are_justified();

// Runs `scenario` under every interleaving, or the first `executions_max` of them. Empty if nothing
// that the law names is violated; else what is, with the schedule that shows it.
std::string violation_of(
    const Law& law, const models::Scenario& scenario, std::uint64_t executions_max = 3000
);

}  // namespace interlock::properties
