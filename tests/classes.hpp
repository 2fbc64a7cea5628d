// The classes of equivalent executions of a program, found by running every execution, or some
// drawn by chance, and by the strategy optimal: each the oracle of the other.
#pragma once

#include "models/explorer/exhaustive.hpp"
#include "models/explorer/foata.hpp"
#include "models/explorer/optimal.hpp"
#include "models/explorer/random.hpp"
#include "models/scenario/world.hpp"
#include "properties/monitors.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

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

// Shows the first executions of `program`, with their turns.
template <class See>
void see_executions(
    const models::Program& program, std::uint64_t executions_max, models::Faults faults, See see
) {
    models::Scheduler scheduler;
    models::ScenarioWorld world(program, scheduler);
    models::Exhaustive exhaustive;
    models::Trace trace;
    Follow follow;
    for (std::uint64_t i = 0; i < executions_max; ++i) {
        auto plan = exhaustive.next();
        if (!plan) {
            return;
        }
        follow.start(*plan);
        plan->faults = faults;
        plan->guide = &follow;
        scheduler.run(world, *plan, trace);
        see(trace);
        exhaustive.learn(trace);
    }
}

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
        if (classes.executions == executions_max && !plan->is_probe) {
            classes.is_complete = false;
            break;
        }
        follow.start(*plan);
        plan->faults = faults;
        if (plan->guide == nullptr) {
            plan->guide = &follow;
        }
        scheduler.run(world, *plan, trace);
        EXPECT_NE(trace.ending, models::Ending::stuck);
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

// Of some executions.
inline Classes by_chance(
    const models::Program& program, std::uint64_t executions, models::Faults faults = {}
) {
    models::Random random(executions, faults);
    return explored(program, random, executions, faults);
}

// Empty if optimal does on `program` what it promises: runs each class once. Where there are too
// many executions to run them all, it is at least to have come to the classes of the first ones and
// of some drawn by chance. If there are too many classes as well, nobody can tell.
inline std::string difference(
    const models::Program& program,
    std::uint64_t executions_max,
    models::Faults faults = {},
    models::Dependence dependence = &models::depend
) {
    constexpr std::uint64_t part_that_is_drawn = 10;
    const Classes optimal = by_optimal(program, executions_max, faults, dependence);
    Classes all = by_brute_force(program, executions_max, faults);
    if (!all.is_consistent) {
        return "equivalent executions differ";
    }
    if (!optimal.is_complete) {
        return all.is_complete ? "more executions than there are" : "";
    }
    if (!all.is_complete) {
        all.all.merge(by_chance(program, executions_max / part_that_is_drawn, faults).all);
    }
    const auto is_missed = [&](const auto& one) {
        const auto found = optimal.all.find(one.first);
        return found == optimal.all.end() || found->second != one.second;
    };
    const auto count = [](std::uint64_t n) { return std::to_string(n); };
    const auto missed = std::count_if(all.all.begin(), all.all.end(), is_missed);
    if (missed != 0 || (all.is_complete && optimal.all.size() != all.all.size())) {
        return count(optimal.all.size()) + " classes, without " + count(missed) + " of " +
               count(all.all.size()) + ", in " + count(optimal.executions) + " executions";
    }
    if (optimal.executions != optimal.all.size() || optimal.blocked != 0) {
        return count(optimal.executions) + " executions for " + count(optimal.all.size()) +
               " classes, " + count(optimal.blocked) + " blocked";
    }
    return {};
}

}  // namespace interlock::test
