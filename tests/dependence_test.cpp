// The dependence of turns: those that it calls independent can change places, and no part of it can
// be left out.
#include "properties/generators.hpp"
#include "properties/laws_main.hpp"
#include "tests/classes.hpp"
#include "tests/diamonds.hpp"
#include "tests/scenarios.hpp"

#include <array>
#include <bit>
#include <compare>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::program_of;

constexpr std::uint64_t few = 500;
constexpr std::uint64_t executions_max = 20'000;

void expect_diamonds(const Scenario& scenario, Faults faults = {}) {
    const auto program = compile(scenario);
    const auto* compiled = std::get_if<Program>(&program);
    if (compiled == nullptr) {
        return;  // not for this revision or discipline
    }
    test::Diamonds diamonds(*compiled, faults);
    std::string const wrong = diamonds.difference(few);
    RC_CLASSIFY(diamonds.count() > 0, "some diamonds");
    if (!wrong.empty()) {
        RC_FAIL(wrong);
    }
}

Faults some_faults() {
    return {*rc::gen::inRange(0U, 3U), *rc::gen::inRange(0U, 3U)};
}

RC_GTEST_PROP(Diamonds, Close, ()) {
    expect_diamonds(*properties::scenarios(properties::all_but_forks), some_faults());
}

RC_GTEST_PROP(Diamonds, CloseWhereTasksStartTasks, ()) {
    expect_diamonds(*properties::scenarios(properties::all_but_holds), some_faults());
}

RC_GTEST_PROP(Diamonds, CloseInTheReference, ()) {
    Scenario scenario = *properties::scenarios(
        {.raises = true,
         .cancels = true,
         .sleeps = true,
         .holds = true,
         .forks = *rc::gen::arbitrary<bool>(),
         .orders_locks = false}
    );
    scenario.revision = *rc::gen::element<std::string>("split", "guarded", "merged", "head");
    expect_diamonds(scenario, some_faults());
}

RC_GTEST_PROP(Diamonds, CloseInTheDisciplinePreemptive, ()) {
    Scenario scenario = *properties::scenarios(
        *rc::gen::element(properties::all_but_forks, properties::all_but_holds)
    );
    scenario.explore.discipline = Discipline::preemptive;
    expect_diamonds(scenario, some_faults());
}

// A cancellation goes on to who waits for a gather, and ends a wait that a newer call would
// replace.
TEST(Diamonds, CloseWhereACancelledGatherHasSomebodyInAQueue) {
    const Program program = program_of(
        "groups: [g]\n"
        "jobs: {a: {concurrency: queue, keep_latest: true, body: []}}\n"
        "tasks:\n"
        "  x: [{call: a@g, body: [{gather: [{call: a@g, body: []},"
        " {call: a@g, body: [], catch: true}]}], catch: true}]\n"
        "  y: [{call: a@g, catch: true}]\n"
    );
    test::Diamonds diamonds(program, {.cancel = 1});
    EXPECT_EQ(diamonds.difference(few), "");
    EXPECT_GT(diamonds.count(), 0U);
}

// How two turns conflict over a task or a thing.
enum class Conflict : std::uint8_t { tasks, changes, change_look, change_append, appends };

// Ways to conflict, one bit each, over these tasks and things: what is left out of the dependence.
struct Pair {
    std::uint32_t conflicts = 0;
    TaskSet tasks = 0;
    ThingSet things = 0;

    friend auto operator<=>(const Pair&, const Pair&) = default;
};

// What the two conflict over in that way, one bit each.
std::uint64_t conflicts(Conflict conflict, const Footprint& a, const Footprint& b) noexcept {
    switch (conflict) {
        case Conflict::tasks:
            return a.tasks & b.tasks;
        case Conflict::changes:
            return a.changes & b.changes;
        case Conflict::change_look:
            return (a.changes & b.looks) | (b.changes & a.looks);
        case Conflict::change_append:
            return (a.changes & b.appends) | (b.changes & a.appends);
        case Conflict::appends:
            return a.appends & b.appends;
    }
    return 0;
}

constexpr std::array all_conflicts{
    Conflict::tasks,
    Conflict::changes,
    Conflict::change_look,
    Conflict::change_append,
    Conflict::appends};

constexpr std::uint32_t bit_of(Conflict conflict) noexcept {
    return 1U << static_cast<std::uint32_t>(conflict);
}
constexpr std::uint32_t any = 0x1f;

Pair dropped;  // a Dependence is a function without a state of its own

bool depend_without_dropped(const Footprint& a, const Footprint& b) noexcept {
    std::uint64_t left = 0;
    for (const Conflict conflict : all_conflicts) {
        const std::uint64_t of = conflict == Conflict::tasks ? dropped.tasks : dropped.things;
        const bool drops = (dropped.conflicts & bit_of(conflict)) != 0;
        left |= conflicts(conflict, a, b) & ~(drops ? of : 0);
    }
    return left != 0;
}

// What decides, by itself, that the two depend on each other: ways to conflict over one task or
// thing; if there is none, all conflicts over one; if there is none, all there are.
std::set<Pair> pairs_of(const Footprint& a, const Footprint& b) {
    std::set<Pair> pairs;
    Pair all{.conflicts = any};
    for (const Conflict conflict : all_conflicts) {
        const std::uint64_t over = conflicts(conflict, a, b);
        (conflict == Conflict::tasks ? all.tasks : all.things) |= over;
    }
    const auto add = [&](const Pair& pair) {
        dropped = pair;
        if (!depend_without_dropped(a, b)) {
            pairs.insert(pair);
        }
    };
    const auto add_each = [&](std::uint32_t of) {
        for (std::uint64_t left = all.tasks; left != 0; left &= left - 1) {
            add({.conflicts = of, .tasks = left & -left});
        }
        for (std::uint64_t left = all.things; left != 0; left &= left - 1) {
            add({.conflicts = of, .things = left & -left});
        }
    };
    for (const Conflict conflict : all_conflicts) {
        add_each(bit_of(conflict));
    }
    if (pairs.empty()) {
        add_each(any);
    }
    if (pairs.empty()) {
        add(all);
    }
    return pairs;
}

// What decides for two turns of some execution that could have come in the other order.
std::set<Pair> pairs_that_decide(const Program& program, Faults faults) {
    std::set<Pair> pairs;
    test::see_executions(program, few, faults, [&](const Trace& trace) {
        HappensBefore order(&depend);
        order.extend(trace.turns);
        for (const Race& race : order.races()) {
            const Turn& first = trace.turns[race.first];
            const Turn& second = trace.turns[race.second];
            const std::uint32_t previous = order.previous_of(race.second);
            const bool is_next = previous == no_turn || previous < race.first;
            if (is_next && first.allows(second.chosen)) {
                pairs.merge(pairs_of(first.touched, second.touched));
            }
        }
    });
    return pairs;
}

struct Sample {
    std::string name;
    std::string yaml;
    Faults faults = {};
};

std::vector<Sample> samples() {
    const std::string two = "tasks: {many: {steps: [{call: j, catch: true}], count: 2}}";
    const std::string three = "tasks: {many: {steps: [{call: j, catch: true}], count: 3}}";
    const std::string preemptive = "explore: {discipline: preemptive}\n";
    return {
        {"a mutex", "tasks: {many: {steps: [{hold: m}, {unhold: m}], count: 3}}"},
        {"a queue", "jobs: {j: {concurrency: queue}}\n" + three},
        {"a bound", "jobs: {j: {concurrency: queue, max_waiting: 1}}\n" + three},
        {"refusals", "jobs: {j: {concurrency: reject}}\n" + three},
        {"the latest", "jobs: {j: {concurrency: queue, keep_latest: true}}\n" + three},
        {"a group",
         "groups: [g]\njobs: {a: {concurrency: group_queue, body: [{call: b@g}]},"
         " b: {concurrency: group_queue}}\n"
         "tasks: {x: [{call: a@g}], y: [{call: b@g}]}"},
        {"a throttle", "jobs: {j: {throttle: throttle, period: 1s, body: []}}\n" + three},
        {"successes",
         "jobs: {j: {throttle: throttle, period: 1s, throttle_counts: success}}\n" + two},
        {"a condition",
         "jobs: {j: {conditions: [c]}}\n"
         "tasks: {a: [work, {call: j, catch: true}], b: [work, {set: {c: false}}],"
         " c: [work, {set: {c: true}}]}"},
        {"the graph of waits",
         "jobs: {a: {concurrency: queue}, b: {concurrency: queue}}\n"
         "tasks: {x: [{call: a, body: [work, {call: b, catch: true}, work]}],"
         " y: [{call: b, body: [work, {call: a, catch: true}, work]}]}"},
        {"a cancellation", "tasks: {a: [work, work], b: [{cancel: a}]}"},
        {"two cancellations", "tasks: {a: [work, work], b: [work, {cancel: a}], c: [{cancel: a}]}"},
        {"a cancellation by fault", "tasks: {a: [work, work], b: [work]}", {.cancel = 1}},
        {"an error by fault",
         "jobs: {j: {}}\ntasks: {many: {steps: [{hold: m}, {call: j, catch: true}, {unhold: m}],"
         " count: 2}}",
         {.raise = 1}},
        {"a queue under faults", "jobs: {j: {concurrency: queue}}\n" + two, {1, 1}},
        {"a child's end",
         "jobs: {j: {body: [work]}}\n"
         "tasks: {a: [{spawn: {call: j, label: c}}, work, {join: c}]}"},
        {"children that wait",
         "jobs: {q: {concurrency: queue, body: [work]}, o: {concurrency: queue, body:"
         " [{gather: [{call: q, catch: true}]}]}}\n"
         "tasks: {a: [{call: o, catch: true}], b: [{call: q, body: [{call: o, catch: true}]}]}"},
        {"a gather of asyncio",
         "revision: split\njobs: {j: {body: [work]}, r: {body: [{raise: E}]},"
         " o: {body: [{gather: [{call: j}, {call: r}, {call: r}]}]}}\n"
         "tasks: {a: [{call: o, catch: true}]}"},
        {"records",
         "revision: split\njobs: {o: {body: [{spawn: {call: i}}, work]}, i: {body: [work]}}\n"
         "tasks: {a: [{call: o}]}"},
        {"a queue, preemptive", preemptive + "jobs: {j: {concurrency: queue, body: []}}\n" + three},
        {"refusals, preemptive",
         preemptive + "jobs: {j: {concurrency: reject, body: []}}\n" + three},
        {"a bound, preemptive",
         preemptive + "jobs: {j: {concurrency: queue, max_waiting: 1, body: []}}\n" + three},
        {"the latest, preemptive",
         preemptive + "jobs: {j: {concurrency: queue, keep_latest: true, body: []}}\n" + three},
        {"a throttle, preemptive",
         preemptive + "jobs: {j: {throttle: throttle, period: 1s, body: []}}\n" + two},
        {"a condition, preemptive",
         preemptive +
             "jobs: {j: {conditions: [c], body: []}}\n"
             "tasks: {a: [{call: j, catch: true}], b: [{set: {c: false}}], c: [{set: {c: true}}]}"},
        {"the graph of waits, preemptive",
         preemptive +
             "jobs: {a: {concurrency: queue, body: []}, b: {concurrency: queue, body: []}}\n"
             "tasks: {x: [{call: a, body: [{call: b, catch: true}]}],"
             " y: [{call: b, body: [{call: a, catch: true}]}]}"},
        {"a cancellation, preemptive",
         preemptive + "jobs: {j: {concurrency: queue, body: []}}\n"
                      "tasks: {a: [{call: j}], b: [{call: j}], c: [{cancel: a}]}"},
        {"a child, preemptive",
         preemptive +
             "jobs: {j: {body: []}}\n"
             "tasks: {a: [{spawn: {call: j, label: c}}], b: [{join: c}], d: [{cancel: c}]}"},
        {"a gather, preemptive",
         preemptive + "jobs: {j: {body: []}}\n"
                      "tasks: {a: [{gather: [{call: j}, {call: j}]}], b: [{cancel: a}]}"},
        {"a join that would never end, preemptive",
         preemptive + "jobs: {j: {concurrency: queue, body: []}}\n"
                      "tasks: {a: [{call: j, catch: true,"
                      " body: [{detach: {call: j, label: c, body: []}}, {join: c}]}]}"},
        {"who replaces a waiter of a cycle, preemptive",
         preemptive + "jobs: {x: {concurrency: queue, body: []},"
                      " j: {concurrency: queue, keep_latest: true, body: []}}\n"
                      "tasks: {a: [{call: x, catch: true, body: [{call: j, catch: true}]}],"
                      " b: [{call: j, catch: true, body: [{call: x, catch: true}]}],"
                      " c: [{call: j, catch: true}]}"},
        {"a child under faults, preemptive",
         preemptive + "jobs: {j: {body: [work]}}\n"
                      "tasks: {a: [{spawn: {call: j, label: c}}, {join: c}]}",
         {1, 1}},
        {"a queue under faults, preemptive",
         preemptive + "jobs: {j: {concurrency: queue}}\n" + two,
         {1, 1}},
    };
}

std::string text_of(const Pair& pair) {
    return "ways " + std::to_string(pair.conflicts) + ", tasks " + std::to_string(pair.tasks) +
           ", things " + std::to_string(pair.things);
}

TEST(Dependence, EveryPairIsMissedWhenItIsDropped) {
    for (const Sample& sample : samples()) {
        const Program program = program_of(sample.yaml);
        EXPECT_EQ(test::difference(program, executions_max, sample.faults), "") << sample.name;
        const auto pairs = pairs_that_decide(program, sample.faults);
        EXPECT_FALSE(pairs.empty()) << sample.name;
        for (const Pair& pair : pairs) {
            dropped = pair;
            EXPECT_NE(
                test::difference(program, executions_max, sample.faults, &depend_without_dropped),
                ""
            ) << sample.name
              << ": " << text_of(pair);
        }
    }
}

}  // namespace
}  // namespace interlock::models

int main(int argc, char** argv) {
    return interlock::properties::run_with_laws(argc, argv, "seed=1 max_success=300");
}
