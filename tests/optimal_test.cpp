// The strategy optimal: one execution a class, and every class. Counts have their derivation.
#include "models/scenario/writer.hpp"
#include "models/trace/schedule.hpp"
#include "properties/generators.hpp"
#include "properties/laws_main.hpp"
#include "tests/classes.hpp"
#include "tests/scenarios.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::by_optimal;
using test::Classes;
using test::program_of;

constexpr std::uint64_t executions_max = 20'000;
constexpr std::uint64_t of_made_up_max = 5'000;

std::string difference(
    const Program& program, Faults faults = {}, Dependence dependence = &depend
) {
    return test::difference(program, executions_max, faults, dependence);
}

void expect_optimal(const Scenario& scenario, Faults faults = {}) {
    RC_PRE(scenario.tasks.size() > 1);
    const auto program = compile(scenario);
    const auto* compiled = std::get_if<Program>(&program);
    if (compiled == nullptr) {
        return;  // not for this revision
    }
    const std::uint64_t classes = by_optimal(*compiled, of_made_up_max, faults).executions;
    RC_CLASSIFY(classes == 1, "one class");
    RC_CLASSIFY(classes > 1 && classes < of_made_up_max, "several");
    RC_CLASSIFY(classes > 50, "more than 50");
    std::string const problem = test::difference(*compiled, of_made_up_max, faults);
    if (!problem.empty()) {
        RC_FAIL(problem);
    }
}

RC_GTEST_PROP(Optimal, RunsEachClassOnce, ()) {
    expect_optimal(*properties::scenarios({.orders_locks = false}));
}

RC_GTEST_PROP(Optimal, RunsEachClassOnceWhateverEndsABodyOrAWait, ()) {
    expect_optimal(*properties::scenarios(
        {.raises = true, .cancels = true, .sleeps = true, .timeouts = true, .orders_locks = false}
    ));
}

RC_GTEST_PROP(Optimal, RunsEachClassOnceWithMutexes, ()) {
    expect_optimal(*properties::scenarios(
        {.raises = true, .cancels = true, .sleeps = true, .holds = true, .orders_locks = false}
    ));
}

RC_GTEST_PROP(Optimal, RunsEachClassOnceWhereSeveralTasksDoTheSame, ()) {
    Scenario scenario = *properties::scenarios(
        {.raises = true, .sleeps = true, .timeouts = true, .holds = true, .orders_locks = false}
    );
    scenario.tasks.front().count = 2;
    expect_optimal(scenario);
}

RC_GTEST_PROP(Optimal, RunsEachClassOnceOfTheReference, ()) {
    Scenario scenario = *properties::scenarios(
        {.raises = true, .cancels = true, .sleeps = true, .orders_locks = false}
    );
    scenario.revision = *rc::gen::element<std::string>("split", "guarded");
    expect_optimal(scenario);
}

RC_GTEST_PROP(Optimal, RunsEachClassOnceWhateverGoesWrong, ()) {
    const auto scenario = *properties::scenarios(properties::all_but_forks);
    const Faults faults{
        .raise = *rc::gen::inRange<std::uint32_t>(0, 3),
        .cancel = *rc::gen::inRange<std::uint32_t>(0, 3)};
    expect_optimal(scenario, faults);
}

RC_GTEST_PROP(Optimal, RunsEachClassOnceWhateverGoesWrongInTheReference, ()) {
    Scenario scenario = *properties::scenarios({.sleeps = true, .orders_locks = false});
    scenario.revision = *rc::gen::element<std::string>("split", "guarded", "merged", "head");
    expect_optimal(scenario, {.raise = 1, .cancel = *rc::gen::inRange<std::uint32_t>(1, 3)});
}

RC_GTEST_PROP(Optimal, RunsEachClassOnceWhereTasksStartTasks, ()) {
    const auto scenario = *properties::scenarios(properties::all_but_holds);
    expect_optimal(scenario, {.cancel = *rc::gen::inRange<std::uint32_t>(0, 2)});
}

RC_GTEST_PROP(Optimal, RunsEachClassOnceWhereTasksOfTheReferenceStartTasks, ()) {
    Scenario scenario = *properties::scenarios(
        {.raises = true, .cancels = true, .forks = true, .orders_locks = false}
    );
    scenario.revision = *rc::gen::element<std::string>("split", "guarded", "merged", "head");
    expect_optimal(scenario, {.cancel = *rc::gen::inRange<std::uint32_t>(0, 2)});
}

// How many classes there are.
std::uint64_t classes_of(const std::string& yaml, Faults faults = {}) {
    const Classes classes = by_optimal(program_of(yaml), 1'000'000, faults);
    EXPECT_TRUE(classes.is_complete);
    EXPECT_EQ(classes.blocked, 0U);
    EXPECT_EQ(classes.executions, classes.all.size());
    return classes.executions;
}

std::string copies(std::size_t count, const std::string& steps) {
    return "tasks: {many: {steps: [" + steps + "], count: " + std::to_string(count) + "}}";
}

// `tasks` philosophers, each with one fork more than the one before; the last may be left-handed.
std::string philosophers(std::size_t tasks, bool is_last_left_handed) {
    std::string yaml = "tasks:\n";
    for (std::size_t i = 0; i < tasks; ++i) {
        std::string first = std::to_string(i);
        std::string second = std::to_string((i + 1) % tasks);
        if (is_last_left_handed && i + 1 == tasks) {
            std::swap(first, second);
        }
        yaml.append("  p").append(std::to_string(i));
        yaml.append(": [{hold: f").append(first).append("}, {hold: f").append(second);
        yaml.append("}, {unhold: f").append(second).append("}, {unhold: f").append(first);
        yaml.append("}]\n");
    }
    return yaml;
}

TEST(OptimalCounts, TasksThatShareNothingOnce) {
    EXPECT_EQ(classes_of(copies(6, "work, work")), 1U);
}

// The tasks hold the mutex in some order, and nothing else is shared: N!.
TEST(OptimalCounts, EachOrderOfHoldingAMutex) {
    EXPECT_EQ(classes_of(copies(3, "{hold: m}, {unhold: m}")), 6U);
    EXPECT_EQ(classes_of(copies(4, "{hold: m}, {unhold: m}")), 24U);
    EXPECT_EQ(classes_of(copies(6, "{hold: m}, {unhold: m}")), 720U);
}

// The words in which each of N letters comes k times: (Nk)! / (k!)^N.
TEST(OptimalCounts, EachOrderOfHoldingAMutexSeveralTimes) {
    const std::string twice = "{hold: m}, {unhold: m}, {hold: m}, {unhold: m}";
    EXPECT_EQ(classes_of(copies(2, twice)), 6U);
    EXPECT_EQ(classes_of(copies(3, twice)), 90U);
    EXPECT_EQ(classes_of(copies(2, twice + ", {hold: m}, {unhold: m}")), 20U);
}

// Time passes between a task's wanting the mutex and its cancellation: what it could have taken
// meanwhile is found all the same.
TEST(Optimal, FindsWhatACancelledTaskCouldHaveTakenAfterTimeHasPassed) {
    for (const std::string discipline : {"cooperative", "preemptive"}) {
        const Program program = program_of(
            "explore: {discipline: " + discipline +
            "}\n"
            "tasks:\n"
            "  t1: [{hold: m}, {sleep: 2s}, {unhold: m}, {hold: m}, work, {cancel: t2}, {unhold: "
            "m}]\n"
            "  t2: [{hold: m}, {unhold: m}]\n"
        );
        EXPECT_EQ(test::difference(program, 10'000), "") << discipline;
    }
}

// Whoever holds first leaves all others waiting.
TEST(OptimalCounts, WhoNeverGivesAMutexBack) {
    EXPECT_EQ(classes_of(copies(5, "{hold: m}")), 5U);
}

// On each of the two mutexes one task is first: 2 * 2 ways. One task first at both, twice; each
// first at the one that it takes first is the deadlock; each first at its other one cannot be, as
// it would have to hold its first before the other task did. 3, one of them a deadlock.
TEST(OptimalCounts, TwoMutexesInOppositeOrders) {
    const Program program = program_of(
        "tasks:\n"
        "  a: [{hold: x}, {hold: y}, {unhold: y}, {unhold: x}]\n"
        "  b: [{hold: y}, {hold: x}, {unhold: x}, {unhold: y}]"
    );
    const Classes classes = by_optimal(program, 100);
    EXPECT_EQ(classes.executions, 3U);
    EXPECT_EQ(
        std::count_if(
            classes.all.begin(),
            classes.all.end(),
            [](const auto& one) { return one.second.violated.contains(Property::deadlock); }
        ),
        1
    );
}

// On each fork one neighbour is first: 2^N ways, of which one is impossible: each philosopher
// second at its first fork and first at its second would wait in a circle for what it has had. Each
// first at its first fork is the deadlock. With the last one left-handed both circles are
// impossible.
TEST(OptimalCounts, DiningPhilosophers) {
    EXPECT_EQ(classes_of(philosophers(3, false)), 7U);
    EXPECT_EQ(classes_of(philosophers(4, false)), 15U);
    EXPECT_EQ(classes_of(philosophers(6, false)), 63U);
    EXPECT_EQ(classes_of(philosophers(3, true)), 6U);
    EXPECT_EQ(classes_of(philosophers(4, true)), 14U);
    EXPECT_EQ(classes_of(philosophers(6, true)), 62U);
}

// Arrivals and releases of one queue all depend on each other, for who finds it free does not
// suspend; resuming depends on neither. The k-th release comes after k arrivals, and in the order
// of arrival: N! orders of arrival times the Catalan number of N, in all (2N)! / (N+1)!.
TEST(OptimalCounts, ArrivalsAndReleasesOfAQueue) {
    const std::string job = "jobs: {j: {concurrency: queue}}\n";
    EXPECT_EQ(classes_of(job + copies(1, "{call: j}")), 1U);
    EXPECT_EQ(classes_of(job + copies(2, "{call: j}")), 4U);
    EXPECT_EQ(classes_of(job + copies(3, "{call: j}")), 30U);
    EXPECT_EQ(classes_of(job + copies(4, "{call: j}")), 336U);
    EXPECT_EQ(classes_of(job + copies(5, "{call: j}")), 5040U);
}

// Calls that must not wait: a sequence of holders, and each refused call during one of them, among
// which the refused are in no order: n! [x^n] 1 / (1 - x e^x).
TEST(OptimalCounts, CallsThatAreRefusedInNoOrder) {
    const std::string job = "jobs: {j: {concurrency: reject}}\n";
    EXPECT_EQ(classes_of(job + copies(2, "{call: j}")), 4U);
    EXPECT_EQ(classes_of(job + copies(3, "{call: j}")), 21U);
    EXPECT_EQ(classes_of(job + copies(4, "{call: j}")), 148U);
}

// No time passes: the first starts, and the others find that it did.
TEST(OptimalCounts, WhoIsFirstAtAThrottle) {
    EXPECT_EQ(
        classes_of(
            "jobs: {j: {throttle: throttle, period: 1s, body: []}}\n" + copies(5, "{call: j}")
        ),
        5U
    );
}

// Before the first of n turns, or after any of them.
TEST(OptimalCounts, EachPlaceOfACancellation) {
    EXPECT_EQ(classes_of("tasks: {a: [work, work], b: [{cancel: a}]}"), 4U);
}

// N orders of holding, in which the body of each may raise or not, at most k of them:
// N! * sum of C(N, i) for i <= k.
TEST(OptimalCounts, BodiesThatRaiseUnderAMutex) {
    const auto classes = [](std::size_t tasks, std::uint32_t raises) {
        return classes_of(
            "jobs: {j: {}}\n" + copies(tasks, "{hold: m}, {call: j, catch: true}, {unhold: m}"),
            {.raise = raises}
        );
    };
    EXPECT_EQ(classes(2, 1), 2U * 3U);
    EXPECT_EQ(classes(2, 2), 2U * 4U);
    EXPECT_EQ(classes(3, 1), 6U * 4U);
    EXPECT_EQ(classes(3, 2), 6U * 7U);
    EXPECT_EQ(classes(3, 3), 6U * 8U);
    EXPECT_EQ(classes(4, 1), 24U * 5U);
    EXPECT_EQ(classes(4, 2), 24U * 11U);
    EXPECT_EQ(classes(4, 4), 24U * 16U);
}

// The same of a queue, of which (2N)! / (N+1)! classes have no error: a body that raises gives the
// lock back in the turn in which it would have ended.
TEST(OptimalCounts, BodiesThatRaiseInAQueue) {
    const std::string job = "jobs: {j: {concurrency: queue}}\n";
    EXPECT_EQ(classes_of(job + copies(2, "{call: j}"), {.raise = 1}), 4U * 3U);
    EXPECT_EQ(classes_of(job + copies(2, "{call: j}"), {.raise = 2}), 4U * 4U);
    EXPECT_EQ(classes_of(job + copies(3, "{call: j}"), {.raise = 1}), 30U * 4U);
    EXPECT_EQ(classes_of(job + copies(3, "{call: j}"), {.raise = 2}), 30U * 7U);
    EXPECT_EQ(classes_of(job + copies(4, "{call: j}"), {.raise = 1}), 336U * 5U);
}

// Of n turns a task may be cancelled after each but the last, or never; of several tasks, at most
// as many as are allowed.
TEST(OptimalCounts, EachPlaceOfACancellationByFault) {
    EXPECT_EQ(classes_of("tasks: {a: [work, work]}", {.cancel = 1}), 3U);
    EXPECT_EQ(classes_of(copies(2, "work, work"), {.cancel = 1}), 1U + 2U * 2U);
    EXPECT_EQ(classes_of(copies(2, "work, work"), {.cancel = 2}), 3U * 3U);
    EXPECT_EQ(classes_of(copies(3, "work, work"), {.cancel = 3}), 3U * 3U * 3U);
}

// A task that sleeps may be cancelled when it lies down and when its time has come. One that waits
// for ever may be, at the end or before, as long as it waits: then the other holds the mutex,
// whichever was the first to want it.
TEST(OptimalCounts, CancellationsWhereNobodyIsReady) {
    EXPECT_EQ(classes_of("tasks: {a: [{sleep: 1s}]}", {.cancel = 1}), 3U);
    EXPECT_EQ(classes_of(copies(2, "{hold: m}"), {.cancel = 1}), 2U + 2U);
}

// Two calls of a queue, of which one, say a, is cancelled: 4 classes without. a finds the lock free
// in 3 of these, and is cancelled while it works. Or b is before it, and a, which waits, is
// cancelled before b gives the lock back, and leaves the queue before or after that; or it is
// cancelled between hand-over and resumption, or while it works: 4. In all 4 + 2 * (3 + 4).
TEST(OptimalCounts, CancellationsInAQueue) {
    EXPECT_EQ(
        classes_of("jobs: {j: {concurrency: queue}}\n" + copies(2, "{call: j}"), {.cancel = 1}),
        4U + 2U * (3U + 4U)
    );
}

// Whatever they do while their parent goes on.
TEST(OptimalCounts, ChildrenThatShareNothingOnce) {
    const std::string spawns =
        "jobs: {j: {body: [work, work]}}\n"
        "tasks: {a: [{spawn: {call: j}}, {spawn: {call: j}}, work], b: [work]}";
    EXPECT_EQ(classes_of(spawns), 1U);
    EXPECT_EQ(classes_of("revision: split\n" + spawns), 1U);
    const std::string gather = "jobs: {j: {}}\ntasks: {a: [{gather: [{call: j}, {call: j}]}]}";
    EXPECT_EQ(classes_of("revision: split\n" + gather), 1U);
    // On the core the parent waits for the first, and goes on before or after the second ends.
    EXPECT_EQ(classes_of(gather), 2U);
}

// In each order, as tasks that begin by themselves.
TEST(OptimalCounts, ChildrenAtOneMutex) {
    EXPECT_EQ(
        classes_of("jobs: {j: {body: [{hold: m}, {unhold: m}]}}\n"
                   "tasks: {a: [{spawn: {call: j}}, {spawn: {call: j}}, {spawn: {call: j}}]}"),
        6U
    );
}

// Time passes only when nobody is ready: sleepers of different durations wake in one order, those
// of the same share nothing.
TEST(OptimalCounts, SleepersOnce) {
    EXPECT_EQ(classes_of("tasks: {a: [{sleep: 1s}], b: [{sleep: 1s}], c: [{sleep: 2s}]}"), 1U);
}

// Each rule of depend(), with a program that needs it.
struct Rule {
    std::string name;
    Dependence without;
    std::string yaml;
};

std::vector<Rule> rules() {
    using F = const Footprint&;
    const auto call = [](const std::string& concurrency, std::size_t tasks) {
        return "jobs: {j: {concurrency: " + concurrency + "}}\n" + copies(tasks, "{call: j}");
    };
    return {
        {"tasks",
         [](F a, F b) noexcept {
             Footprint x = a;
             Footprint y = b;
             x.tasks = y.tasks = a.tasks == b.tasks ? 1 : 0;
             return depend(x, y);
         },
         "tasks: {a: [work, work], b: [{cancel: a}]}"},
        {"change and change",
         [](F a, F b) noexcept {
             return ((a.tasks & b.tasks) | (a.changes & (b.looks | b.appends)) |
                     (b.changes & (a.looks | a.appends)) | (a.appends & b.appends)) != 0;
         },
         copies(2, "{hold: m}, {unhold: m}")},
        {"change and look",
         [](F a, F b) noexcept {
             Footprint x = a;
             Footprint y = b;
             x.looks = y.looks = 0;
             return depend(x, y);
         },
         call("reject", 2)},
        {"change and append",
         [](F a, F b) noexcept {
             Footprint x = a;
             Footprint y = b;
             x.appends = y.appends = a.appends & b.appends;
             x.looks &= ~a.appends;
             y.looks &= ~b.appends;
             x.changes &= ~y.appends;
             return depend(x, y) || (a.appends & b.appends) != 0;
         },
         call("queue", 2)},
        {"append and append",
         [](F a, F b) noexcept {
             Footprint x = a;
             x.appends = 0;
             return depend(x, b) || (a.appends & b.changes) != 0;
         },
         call("queue", 3)},
    };
}

TEST(Dependence, EveryRuleIsMissedWhenItIsDropped) {
    for (const Rule& rule : rules()) {
        const Program program = program_of(rule.yaml);
        EXPECT_EQ(difference(program), "") << rule.name;
        EXPECT_NE(difference(program, {}, rule.without), "") << rule.name;
    }
}

TEST(Dependence, IsSymmetric) {
    const auto bit = [](unsigned int pattern, unsigned int n) {
        return ThingSet{(pattern >> n) & 1U};
    };
    for (unsigned int one = 0; one < 16; ++one) {
        for (unsigned int other = 0; other < 16; ++other) {
            const auto print = [&](unsigned int pattern) {
                return Footprint{
                    bit(pattern, 0), bit(pattern, 1), bit(pattern, 2), bit(pattern, 3)};
            };
            EXPECT_EQ(depend(print(one), print(other)), depend(print(other), print(one)));
        }
    }
}

CheckOptions optimal_until(Stop stop) {
    CheckOptions options;
    options.strategy = Strategy::optimal;
    options.stop = stop;
    return options;
}

TEST(Optimal, FindsADeadlockAndAScheduleThatReplaysIt) {
    const Program program = program_of(philosophers(4, false));
    const Result found = test::explore(program, optimal_until(Stop::first));
    ASSERT_EQ(found.violations.size(), 1U);
    CheckOptions replay;
    replay.strategy = Strategy::replay;
    replay.schedule = choices_of(found.violations.front().trace);
    const Result again = test::explore(program, replay);
    ASSERT_EQ(again.violations.size(), 1U);
    EXPECT_EQ(again.violations.front().finding.property, Property::deadlock);
    EXPECT_EQ(again.violations.front().trace.events, found.violations.front().trace.events);
    const Result all = test::explore(program, optimal_until(Stop::never));
    EXPECT_TRUE(all.is_complete);
    EXPECT_LT(found.executions, all.executions);
}

TEST(Optimal, GivesUpWhenTheBudgetIsUsedUp) {
    CheckOptions options = optimal_until(Stop::never);
    options.budget.executions = 100;
    const Result result = test::explore(program_of(copies(6, "{hold: m}, {unhold: m}")), options);
    EXPECT_EQ(result.verdict, Verdict::gave_up);
    EXPECT_EQ(result.executions, 100U);
    EXPECT_FALSE(result.is_complete);
}

TEST(Optimal, RunsEachClassOnceOfEveryShippedScenario) {
    for (const auto& file :
         std::filesystem::directory_iterator(INTERLOCK_SOURCE_DIR "/models/scenarios")) {
        auto scenario = read_scenario_file(file.path().string());
        const auto compiled = compile(std::get<Scenario>(scenario));
        const auto& program = std::get<Program>(compiled);
        if (!program.is_endless()) {
            EXPECT_EQ(difference(program), "") << file.path();
        }
    }
}

}  // namespace
}  // namespace interlock::models

int main(int argc, char** argv) {
    return interlock::properties::run_with_laws(argc, argv, "seed=1 max_success=200");
}
