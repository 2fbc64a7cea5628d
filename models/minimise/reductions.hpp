// One step towards a smaller scenario: what delta debugging tries, and what RapidCheck shrinks by.
#pragma once

#include "models/scenario/scenario.hpp"

#include <vector>

namespace interlock::models {

// Scenarios that have a part less than `scenario`, and compile; those that leave out most come
// first: tasks, timings, preemptions and faults, steps and what is in them, jobs and groups, parts
// of policies. A mutex is never left held for it: who gives up a hold gives up what gives it back.
// None is larger, so whoever goes on with one of them comes to an end.
std::vector<Scenario> reductions_of(const Scenario& scenario);

}  // namespace interlock::models
