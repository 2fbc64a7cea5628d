// The discipline `preemptive`: counts with their derivation, cross-checked against brute force.
#include "models/trace/schedule.hpp"
#include "properties/generators.hpp"
#include "properties/laws_main.hpp"
#include "tests/classes.hpp"
#include "tests/scenarios.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::by_brute_force;
using test::by_optimal;
using test::Classes;

constexpr std::uint64_t executions_max = 20'000;
constexpr std::uint64_t of_made_up_max = 5'000;

// Of a group's queue (q: asks, goes on, gives back), the same with a body that suspends (b), and
// calls that must not wait (t: ask, give back).
std::uint64_t classes_of(const std::vector<std::string>& tasks, Faults faults = {}) {
    std::string yaml =
        "explore: {discipline: preemptive}\n"
        "groups: [g]\n"
        "jobs:\n"
        "  q: {concurrency: group_queue, body: []}\n"
        "  b: {concurrency: group_queue, body: [work]}\n"
        "  t: {concurrency: group_reject, body: []}\n"
        "  n: {body: []}\n"
        "  A: {concurrency: queue, detect_deadlock: false, body: []}\n"
        "  B: {concurrency: queue, detect_deadlock: false, body: []}\n"
        "  C: {concurrency: queue, body: []}\n"
        "tasks:\n";
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        yaml.append("  x").append(std::to_string(i)).append(": [").append(tasks[i]).append("]\n");
    }
    const Program program = test::program_of(yaml);
    const Classes optimal = by_optimal(program, executions_max, faults);
    EXPECT_EQ(optimal.blocked, 0U);
    EXPECT_EQ(optimal.executions, optimal.all.size());
    const Classes all = by_brute_force(program, executions_max, faults);
    EXPECT_TRUE(all.is_consistent);
    if (all.is_complete) {
        EXPECT_EQ(optimal.all, all.all);
    }
    return optimal.executions;
}

const std::string q = "{call: q@g}";
const std::string b = "{call: b@g, catch: true}";
const std::string t = "{call: t@g, catch: true}";
const std::string cancel = "{cancel: x0}";

// To ask and to give back commute: the order of asking is all there is. N!.
TEST(Preemption, CallsOfAQueueInEachOrder) {
    EXPECT_EQ(classes_of({q}), 1U);
    EXPECT_EQ(classes_of({q, q}), 2U);
    EXPECT_EQ(classes_of({q, q, q}), 6U);
    EXPECT_EQ(classes_of({q, q, q, q}), 24U);
}

// A call that must not wait depends on all three turns of one that queues: before, between, after.
TEST(Preemption, CallsThatMustNotWait) {
    EXPECT_EQ(classes_of({q, t}), 4U);
    EXPECT_EQ(classes_of({q, q, t}), 18U);
    EXPECT_EQ(classes_of({q, t, t}), 26U);
    EXPECT_EQ(classes_of({t, t}), 4U);  // N! * 2^(N-1)
    EXPECT_EQ(classes_of({t, t, t}), 24U);
}

// q: before each of its three turns, or after. q, q: the cancelled one is first, 4 places; or it is
// second: before it asks, or after it has gone on, or after it has given back, or it leaves the
// queue before, between or after the other's two turns: 6. With a suspension one place more each.
TEST(Preemption, EachPlaceOfACancellation) {
    EXPECT_EQ(classes_of({q, cancel}), 4U);
    EXPECT_EQ(classes_of({q, q, cancel}), 10U);
    EXPECT_EQ(classes_of({q, q, q, cancel}), 36U);
    EXPECT_EQ(classes_of({b, b, cancel}), 12U);
    EXPECT_EQ(classes_of({b, b, cancel}, {.raise = 1}), 28U);
    EXPECT_EQ(classes_of({t, t, cancel}), 10U);
}

// N! * sum of C(N, i) for i up to the number allowed.
TEST(Preemption, BodiesThatRaise) {
    EXPECT_EQ(classes_of({b, b, b}), 6U);
    EXPECT_EQ(classes_of({b, b, b}, {.raise = 1}), 6U * 4U);
    EXPECT_EQ(classes_of({b, b, b}, {.raise = 2}), 6U * 7U);
    EXPECT_EQ(classes_of({b, b, b}, {.raise = 3}), 6U * 8U);
}

// In opposite orders: either first at both, or the deadlock. In one order: who is first at the
// first lock is first at both.
TEST(Preemption, TwoLocks) {
    const std::string ab = "{call: A, body: [{call: B}]}";
    const std::string ba = "{call: B, body: [{call: A}]}";
    EXPECT_EQ(classes_of({ab, ba}), 3U);
    EXPECT_EQ(classes_of({ab, ba, cancel}), 20U);
    EXPECT_EQ(classes_of({ab, ab}), 2U);
    EXPECT_EQ(classes_of({ab, ab, ab}), 6U);
}

const std::string s = "{spawn: {call: q@g, label: s}}";
const std::string join = "{join: s}";

// To start and to end touch nothing of the queue, so the order of asking is all there is, still.
TEST(Preemption, TasksThatOthersStart) {
    EXPECT_EQ(classes_of({s}), 1U);
    EXPECT_EQ(classes_of({s + ", " + join, q}), 2U);
    EXPECT_EQ(classes_of({s, q, q}), 6U);
    EXPECT_EQ(classes_of({"{gather: [{call: q@g}, {call: q@g}]}"}), 2U);
    EXPECT_EQ(classes_of({"{gather: [{call: q@g}, {call: q@g}, {call: q@g}]}"}), 6U);
}

// Before it is started, which is over at once, or after.
TEST(Preemption, TasksThatOthersJoin) {
    EXPECT_EQ(classes_of({s, join}), 2U);
    EXPECT_EQ(classes_of({s, join, q}), 4U);
    EXPECT_EQ(classes_of({s + ", " + q + ", " + join}), 2U);
}

// Where a cancellation is put among the turns that it depends on. Of s: its start, and its asking,
// going on, giving back and end. Of who gathers two that have two turns each: before it, that is
// one; then with 0 to 2 of the second, and of the first 0 to 2, and 3 once that is joined: 12; and
// after all.
TEST(Preemption, EachPlaceOfACancellationOfTasksThatOthersStart) {
    EXPECT_EQ(classes_of({s, "{cancel: s}"}), 6U);
    EXPECT_EQ(classes_of({"{gather: [{call: n}, {call: n}]}", cancel}), 14U);
}

// Who comes second is refused: the task that asks for the lock, or the one that joins it.
TEST(Preemption, JoinsThatWouldNeverEnd) {
    EXPECT_EQ(
        classes_of({"{call: C, catch: true, body: [{detach: {call: C, label: k, body: []}},"
                    " {join: k}]}"}),
        2U
    );
    EXPECT_EQ(
        classes_of({"{call: C, catch: true, body: [{gather: [{call: n}, {call: C, body: []}]}]}"}),
        2U
    );
}

TEST(Preemption, WorkTouchesNothing) {
    EXPECT_EQ(classes_of({"{work: 3}", "{work: 3}"}), 1U);
}

std::set<std::vector<std::uint8_t>> outcomes_of(const Classes& classes) {
    std::set<std::vector<std::uint8_t>> outcomes;
    for (const auto& [print, meaning] : classes.all) {
        outcomes.insert(meaning.outcomes);
    }
    return outcomes;
}

// One execution of each class, and all that the cooperative discipline can come to is among them.
void expect_each_class_once(Scenario scenario, Faults faults) {
    const auto compiled = compile(scenario);
    if (!std::holds_alternative<Program>(compiled)) {
        return;  // two calls of one label
    }
    const auto& cooperative = std::get<Program>(compiled);
    scenario.explore.discipline = Discipline::preemptive;
    const auto preemptive = std::get<Program>(compile(scenario));
    std::string const problem = test::difference(preemptive, of_made_up_max, faults);
    if (!problem.empty()) {
        RC_FAIL(problem);
    }
    const Classes optimal = by_optimal(preemptive, of_made_up_max, faults);
    RC_CLASSIFY(optimal.is_complete, "compared");
    RC_CLASSIFY(optimal.is_complete && !preemptive.forks.empty(), "compared, with forks");
    if (!optimal.is_complete) {
        return;
    }
    const auto outcomes = outcomes_of(optimal);
    for (const auto& outcome : outcomes_of(by_optimal(cooperative, of_made_up_max, faults))) {
        RC_ASSERT(outcomes.contains(outcome));
    }
}

RC_GTEST_PROP(Preemption, RunsEachClassOnce, ()) {
    expect_each_class_once(*properties::scenarios(properties::all_but_forks), {});
}

RC_GTEST_PROP(Preemption, RunsEachClassOnceWhereTasksStartTasks, ()) {
    expect_each_class_once(*properties::scenarios(properties::all_but_holds), {});
}

RC_GTEST_PROP(Preemption, RunsEachClassOnceUnderFaults, ()) {
    const Faults faults{*rc::gen::inRange(0U, 2U), *rc::gen::inRange(0U, 2U)};
    expect_each_class_once(*properties::scenarios(properties::all_but_holds), faults);
}

// The outer body goes on to count after the inner one has.
TEST(Preemption, CallsWithinCallsThatCountOnceTheyHaveSucceeded) {
    const Program program = test::program_of(
        "explore: {discipline: preemptive}\n"
        "groups: [g, h]\n"
        "jobs: {a: {concurrency: group_reject, throttle: rate_limit, period: 5s, max_calls: 2,"
        " throttle_counts: success, body: []}}\n"
        "tasks: {x: [{call: a@h, catch: true}],"
        " y: [{call: a@g, body: [{call: a@g, body: [], catch: true}], catch: true}]}"
    );
    EXPECT_EQ(test::difference(program, executions_max), "");
}

// Who takes the place of a waiter ends a wait that may be part of a cycle.
TEST(Preemption, CallsThatReplaceWaitersOfACycle) {
    const Program program = test::program_of(
        "explore: {discipline: preemptive}\n"
        "jobs:\n"
        "  X: {concurrency: queue, body: []}\n"
        "  J: {concurrency: queue, keep_latest: true, body: []}\n"
        "tasks:\n"
        "  a: [{call: X, body: [{call: J, catch: true}], catch: true}]\n"
        "  b: [{call: J, body: [{call: X, catch: true}], catch: true}]\n"
        "  c: [{call: J, catch: true}]\n"
    );
    EXPECT_EQ(test::difference(program, executions_max), "");
    EXPECT_TRUE(by_brute_force(program, executions_max).is_complete);
}

// Cut off in a body, a task that was cancelled before must not go on and start another: that one
// would never end.
TEST(Preemption, IsUnwoundBeforeItStartsATask) {
    const Program program = test::program_of(
        "explore: {discipline: preemptive}\n"
        "jobs: {a: {concurrency: queue, body: []}}\n"
        "tasks:\n"
        "  x: [{cancel: x}, {call: a, body: [{spawn: {call: a, body: [{sleep: 5s}], catch: "
        "true}}], catch: true}]\n"
        "  y: [{call: a, catch: true}]\n"
    );
    EXPECT_EQ(test::difference(program, executions_max, {.cancel = 1}), "");
}

// Whether a call found the lock free or queued is no difference between classes.
TEST(Preemption, SaturationTellsClassesByTheirTurns) {
    const Program program = test::program_of(
        "explore: {discipline: preemptive}\n"
        "jobs: {q: {concurrency: queue, body: []}}\n"
        "tasks: {a: [{call: q}], b: [{call: q}], c: [{call: q}]}"
    );
    CheckOptions options{.strategy = Strategy::bounded, .stop = Stop::never};
    options.discipline = Discipline::preemptive;
    const Result result = test::explore(program, options);
    EXPECT_TRUE(result.is_complete);
    EXPECT_EQ(result.coverage.saturation().classes.count, 6U);
}

TEST(Preemption, IsReplayedByTheSchedule) {
    const Program program = test::program_of(
        "explore: {discipline: preemptive}\n"
        "jobs:\n"
        "  A: {concurrency: queue, detect_deadlock: false, body: []}\n"
        "  B: {concurrency: queue, detect_deadlock: false, body: []}\n"
        "tasks: {a: [{call: A, body: [{call: B}]}], b: [{call: B, body: [{call: A}]}]}"
    );
    for (const Strategy strategy : {Strategy::exhaustive, Strategy::optimal, Strategy::random}) {
        CheckOptions options{.strategy = strategy, .stop = Stop::first};
        const Result found = test::explore(program, options);
        ASSERT_EQ(found.verdict, Verdict::violated);
        CheckOptions replay{.strategy = Strategy::replay};
        replay.schedule = choices_of(found.violations.front().trace);
        const Result again = test::explore(program, replay);
        ASSERT_EQ(again.violations.size(), 1U);
        EXPECT_EQ(again.violations.front().trace.events, found.violations.front().trace.events);
    }
}

TEST(Preemption, IsOfTheCore) {
    const auto scenario = read_scenario(
        "interlock: 1\nname: test\nexplore: {discipline: preemptive}\nrevision: head\n"
        "tasks: {a: [work]}",
        "test.yaml"
    );
    EXPECT_EQ(
        std::get<Diagnostic>(compile(std::get<Scenario>(scenario))).message,
        "discipline 'preemptive' is of revision interlock only: head is a program of asyncio, "
        "where "
        "others run only where a task suspends; leave the discipline out"
    );
}

}  // namespace
}  // namespace interlock::models

int main(int argc, char** argv) {
    return interlock::properties::run_with_laws(argc, argv, "seed=1 max_success=200");
}
