// The classes of equivalent executions of a program, found by running every execution, and by the
// strategy optimal: each the oracle of the other.
#pragma once

#include "core/policy/fingerprint.hpp"
#include "models/explorer/exhaustive.hpp"
#include "models/explorer/optimal.hpp"
#include "models/scenario/world.hpp"
#include "properties/monitors.hpp"

#include <algorithm>
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

// Of the Foata normal form: the turns in rows, each turn in the first row after all that it depends
// on, each row in the order of tasks; a turn with all that happened in it. Two executions are
// equivalent exactly if theirs are equal (Cartier and Foata, 1969).
inline std::uint64_t foata_of(const models::Trace& trace) {
    struct Placed {
        std::size_t row;
        std::uint8_t task;
        std::uint64_t print;
    };
    std::vector<Placed> placed;
    std::size_t event = 0;
    std::size_t phase = 0;
    std::size_t row_of_phase = 0;
    for (std::size_t i = 0; i < trace.turns.size(); ++i) {
        const models::Turn& turn = trace.turns[i];
        if (turn.task() == models::passing_of_time ||
            (i != 0 && trace.turns[i - 1].task() == models::passing_of_time)) {
            phase = i;
            for (const Placed& before : placed) {
                row_of_phase = std::max(row_of_phase, before.row + 1);
            }
        }
        std::size_t row = row_of_phase;
        for (std::size_t before = phase; before < i; ++before) {
            if (models::depend(trace.turns[before].touched, turn.touched)) {
                row = std::max(row, placed[before].row + 1);
            }
        }
        Fingerprint print;
        print.add(static_cast<std::uint64_t>(turn.chosen.fault));
        const models::Footprint& touched = turn.touched;
        for (std::uint64_t const part :
             {touched.tasks,
              touched.looks,
              touched.appends,
              touched.changes,
              std::uint64_t{touched.takes},
              std::uint64_t{touched.frees},
              std::uint64_t{touched.wants}}) {
            print.add(part);
        }
        for (; event < turn.events; ++event) {
            const models::TraceEvent& happened = trace.events[event];
            if (happened.kind == models::EventKind::still_held ||
                happened.kind == models::EventKind::still_queued) {
                continue;  // of the end: follows from the rest, and is nobody's turn
            }
            print.add(static_cast<std::uint64_t>(happened.kind));
            print.add(static_cast<std::uint64_t>(happened.at_ns));
            print.add(static_cast<std::uint64_t>(happened.retry_after_ns));
            print.add(happened.site);
            print.add(happened.lock);
            print.add(happened.detail);
            print.add(happened.task.value);
        }
        placed.push_back({row, turn.task().value, print.value()});
    }
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        return std::pair(a.row, a.task) < std::pair(b.row, b.task);
    });
    Fingerprint print;
    for (const Placed& turn : placed) {
        print.add(turn.row);
        print.add(turn.task);
        print.add(turn.print);
    }
    return print.value();
}

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
        const auto [known, is_new] = classes.all.emplace(foata_of(trace), meaning);
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
