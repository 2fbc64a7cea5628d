// The classes of equivalent executions of a program, found by running every execution, and by the
// strategy optimal: each the oracle of the other.
#pragma once

#include "models/explorer/exhaustive.hpp"
#include "models/explorer/foata.hpp"
#include "models/explorer/optimal.hpp"
#include "models/scenario/world.hpp"
#include "properties/monitors.hpp"

#include <map>
#include <set>
#include <vector>

namespace interlock::test {

// What is the same in all executions of a class, or else they are not equivalent.
struct Meaning {
    std::vector<std::uint8_t> outcomes;
    std::set<models::Property> violated;

    friend bool operator==(const Meaning&, const Meaning&) = default;
};

struct Classes {
    std::map<std::uint64_t, Meaning> all;  // by the fingerprint of the Foata normal form
    std::uint64_t executions = 0;
    std::uint64_t blocked = 0;
    bool is_consistent = true;  // no class with two meanings
    bool is_complete = true;    // not cut off
};

// Makes the choices of a plan's prefix, so that turns are recorded.
class Follow final : public models::Guide {
  public:
    void start(const models::Plan& plan) noexcept { prefix_ = plan.prefix; }

    models::Choice choose(
        const models::Trace& so_far, const models::ChoicePoint& possible
    ) noexcept override {
        std::size_t const choice = so_far.choices.size();
        const bool is_forced = possible.is_open() && choice < prefix_.size();
        return is_forced ? prefix_[choice] : models::lowest(possible.enabled);
    }

  private:
    std::span<const models::Choice> prefix_;
};

inline Classes explored(
    const models::Program& program,
    models::Explorer& explorer,
    std::uint64_t executions_max,
    models::Faults faults
) {
    models::Scheduler scheduler;
    models::ScenarioWorld world(program, scheduler);
    properties::Monitors monitors(program);
    models::Trace trace;
    Follow follow;
    Classes classes;
    while (auto plan = explorer.next()) {
        if (classes.executions == executions_max) {
            classes.is_complete = false;
            break;
        }
        follow.start(*plan);
        plan->faults = faults;
        if (plan->guide == nullptr) {
            plan->guide = &follow;
        }
        scheduler.run(world, *plan, trace);
        if (plan->is_probe) {
            explorer.learn(trace);
            continue;
        }
        ++classes.executions;
        std::vector<models::Finding> findings;
        monitors.judge(trace, findings);
        Meaning meaning{trace.outcomes, {}};
        for (const models::Finding& finding : findings) {
            meaning.violated.insert(finding.property);
        }
        const auto [known, is_new] = classes.all.emplace(
            models::foata_of(trace, program.discipline == models::Discipline::cooperative), meaning
        );
        classes.is_consistent = classes.is_consistent && (is_new || known->second == meaning);
        explorer.learn(trace);
    }
    classes.blocked = explorer.blocked();
    return classes;
}

inline Classes by_brute_force(
    const models::Program& program, std::uint64_t executions_max, models::Faults faults = {}
) {
    models::Exhaustive exhaustive;
    return explored(program, exhaustive, executions_max, faults);
}

inline Classes by_optimal(
    const models::Program& program,
    std::uint64_t executions_max,
    models::Faults faults = {},
    models::Dependence dependence = &models::depend
) {
    models::Optimal optimal(dependence);
    return explored(program, optimal, executions_max, faults);
}

}  // namespace interlock::test
