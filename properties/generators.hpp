// Scenarios made up by RapidCheck.
#pragma once

#include "models/scenario/scenario.hpp"

#include <cstdint>
#include <vector>

#include <rapidcheck.h>

namespace interlock::properties {

// What a made-up scenario may do.
struct Ingredients {
    bool raises = false;
    bool cancels = false;
    bool sleeps = false;
    bool timeouts = false;  // and queues that keep the latest
    bool holds = false;     // of a mutex
    bool forks = false;     // steps that start tasks, and wait for them
    bool throttles = true;
    // Locks are nested in one order only, so that waiting in a circle cannot be the scenario's own
    // fault. A group's lock may be taken again by who holds it.
    bool orders_locks = true;
};

inline constexpr Ingredients all_but_forks{
    .raises = true,
    .cancels = true,
    .sleeps = true,
    .timeouts = true,
    .holds = true,
    .orders_locks = false};
inline constexpr Ingredients all_but_holds{
    .raises = true,
    .cancels = true,
    .sleeps = true,
    .timeouts = true,
    .forks = true,
    .orders_locks = false};

// A scenario of one to three jobs over all 25 policies, two groups, and one to three tasks with
// calls up to three deep, decided by `recipe`: equal recipes give equal scenarios, and every recipe
// a valid one.
models::Scenario cook(const std::vector<std::uint8_t>& recipe, Ingredients ingredients);

// Such scenarios, of all `ingredients` or some of them; RapidCheck shrinks them as `interlock check
// --minimise` does.
rc::Gen<models::Scenario> scenarios(Ingredients ingredients);

}  // namespace interlock::properties

namespace interlock::models {

// How RapidCheck prints a counterexample: as a scenario file.
// NOLINTNEXTLINE(readability-identifier-naming): the library's name for it.
void showValue(const Scenario& scenario, std::ostream& out);

}  // namespace interlock::models
