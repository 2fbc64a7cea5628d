// The search: how many executions there are, and that a schedule means the same every time.
#include "core/assert.hpp"
#include "core/fiber.hpp"
#include "models/check.hpp"
#include "models/scenario/reader.hpp"
#include "models/scenario/world.hpp"
#include "models/trace/schedule.hpp"
#include "properties/monitors.hpp"
#include "tests/scenarios.hpp"

#include <set>

#include <gtest/gtest.h>

namespace interlock::models {
namespace {

using test::explore;
using test::program_of;

std::uint64_t executions_of(const std::string& yaml) {
    const Result result = explore(program_of(yaml));
    EXPECT_TRUE(result.is_complete);
    return result.executions;
}

TEST(Exhaustive, RunsTheOneExecutionOfOneTask) {
    EXPECT_EQ(executions_of("tasks: {a: [work, work]}"), 1U);
}

// Each task takes two steps: start to its suspension, and the rest. Capitals are the second task:
//   abAB  aAbB  aABb  AabB  AaBb  ABab
TEST(Exhaustive, VisitsEveryInterleavingOfTwoTasksOnce) {
    EXPECT_EQ(executions_of("tasks: {a: [work], b: [work]}"), 6U);
}

// Three tasks of two steps each: 6! / (2! 2! 2!) = 90.
TEST(Exhaustive, VisitsEveryInterleavingOfThreeTasksOnce) {
    EXPECT_EQ(executions_of("tasks: {a: [work], b: [work], c: [work]}"), 90U);
}

// Two tasks of three steps each: 6! / (3! 3!) = 20.
TEST(Exhaustive, CountsEachSuspensionOfWork) {
    EXPECT_EQ(executions_of("tasks: {a: [{work: 2}], b: [work, work]}"), 20U);
}

// A task is start s, hold h, unhold u, and h..u excludes the other's. Say a holds first: a's s, h
// and u and b's h and u come in the order s h u H U, and b's start S goes anywhere before H: 4
// places. The same for b first: 8.
TEST(Exhaustive, EnablesAHoldOnlyWhileTheMutexIsFree) {
    EXPECT_EQ(executions_of("tasks: {many: {steps: [{hold: m}, {unhold: m}], count: 2}}"), 8U);
}

// In a given order of holding, the k-th task's start goes anywhere before its hold: of the 2(k-1)
// holds and unholds and the k-1 starts before it, 3(k-1) + 1 places. 4! * 1 * 4 * 7 * 10 = 6720.
TEST(Exhaustive, CountsFourTasksOnOneMutex) {
    EXPECT_EQ(executions_of("tasks: {many: {steps: [{hold: m}, {unhold: m}], count: 4}}"), 6720U);
}

// Two calls of one queued job with a suspending body. Whoever starts first, s, holds the lock until
// its second step e. The other's start S either comes after e, and then runs alone: s e S E; or
// before e: it waits, e hands over, and it resumes, R, to suspend in its body: s S e R E. One order
// each, two tasks: 4.
TEST(Exhaustive, CountsTwoCallsOnOneQueue) {
    EXPECT_EQ(
        executions_of("jobs: {j: {concurrency: queue}}\ntasks: {a: [{call: j}], b: [{call: j}]}"),
        4U
    );
}

// No two executions of an exhaustive search are the same.
TEST(Exhaustive, NeverRunsAnExecutionTwice) {
    const Program program = program_of(
        "jobs: {j: {concurrency: queue}}\n"
        "tasks: {many: {steps: [{call: j}], count: 3}, canceller: [work, {cancel: 'many#2'}]}"
    );
    properties::Monitors monitors(program);
    std::set<std::vector<std::uint8_t>> schedules;
    test::OnTrace all(monitors, [&](const Trace& trace) {
        std::vector<std::uint8_t> choices;
        for (Choice const& choice : choices_of(trace)) {
            choices.push_back(choice.task.value);
        }
        EXPECT_TRUE(schedules.insert(choices).second);
    });
    const Result result = check(program, all, {});
    EXPECT_EQ(result.verdict, Verdict::holds);
    EXPECT_EQ(schedules.size(), result.executions);
    EXPECT_GT(result.executions, 100U);
}

TEST(Replay, GivesTheSameTraceForEverySchedule) {
    const Program program = program_of(
        "groups: [g]\n"
        "jobs: {j: {concurrency: group_queue}, k: {concurrency: queue}}\n"
        "tasks: {a: [{call: j@g}], b: [{sleep: 1s}, {call: k, body: [{call: j@g}]}],"
        " c: [{call: k}, {cancel: a}]}"
    );
    properties::Monitors monitors(program);
    std::vector<Trace> traces;
    test::OnTrace all(monitors, [&](const Trace& trace) { traces.push_back(trace); });
    check(program, all, {.stop = Stop::never});
    ASSERT_GT(traces.size(), 10U);
    for (const Trace& trace : traces) {
        CheckOptions replay;
        replay.strategy = Strategy::replay;
        replay.schedule = choices_of(trace);
        bool is_same = false;
        test::OnTrace one(monitors, [&](const Trace& again) {
            is_same = again.events == trace.events && again.outcomes == trace.outcomes &&
                      again.steps == trace.steps && again.switches == trace.switches;
        });
        check(program, one, replay);
        EXPECT_TRUE(is_same);
    }
}

TEST(Replay, OfATaskThatCannotRunIsBroken) {
    const Program program = program_of("tasks: {a: [work], b: [work]}");
    CheckOptions options;
    options.strategy = Strategy::replay;
    options.schedule = {TaskId{0}, TaskId{7}};
    EXPECT_EQ(explore(program, options).verdict, Verdict::broken);
}

TEST(Replay, WhoseFirstChoiceIsImpossibleIsBroken) {
    const Program program = program_of("tasks: {a: [work], b: [work]}");
    CheckOptions options;
    options.strategy = Strategy::replay;
    options.schedule = {TaskId{7}};
    EXPECT_EQ(explore(program, options).verdict, Verdict::broken);
}

TEST(Replay, OfMoreChoicesThanThereAreIsBroken) {
    const Program program = program_of("tasks: {a: [work]}");
    CheckOptions options;
    options.strategy = Strategy::replay;
    options.schedule = {TaskId{0}, TaskId{0}, TaskId{0}};
    EXPECT_EQ(explore(program, options).verdict, Verdict::broken);
}

TEST(Fifo, RunsTasksInTheOrderInWhichTheyBecameReady) {
    const Program program = program_of("tasks: {a: [work, work], b: [work]}");
    properties::Monitors monitors(program);
    std::string order;
    test::OnTrace one(monitors, [&](const Trace& trace) {
        for (TraceEvent const& event : trace.events) {
            if (event.kind != EventKind::ended) {
                order += static_cast<char>('a' + event.task.value);
            }
        }
    });
    check(program, one, {.strategy = Strategy::fifo});
    // Both begin and work, then a works again: began worked began worked worked.
    EXPECT_EQ(order, "aabba");
}

TEST(Random, FindsOnlyOutcomesThatExist) {
    const Program program = program_of(
        "jobs: {j: {concurrency: reject}}\n"
        "tasks: {a: [{call: j, catch: true}], b: [{call: j, catch: true}], c: [{call: j, catch: "
        "true}]}"
    );
    const Result all = explore(program);
    CheckOptions options;
    options.strategy = Strategy::random;
    options.budget.executions = 2000;
    const Result some = explore(program, options);
    EXPECT_EQ(some.outcomes, all.outcomes);  // 2000 draws of 90 interleavings miss none
    EXPECT_EQ(some.verdict, Verdict::gave_up);
    EXPECT_FALSE(some.is_complete);
}

TEST(Random, RepeatsItselfWithTheSameSeed) {
    const Program program = program_of("tasks: {a: [work, work], b: [work, work], c: [work]}");
    const auto schedules = [&](std::uint64_t seed) {
        properties::Monitors monitors(program);
        std::vector<std::vector<Choice>> found;
        test::OnTrace each(monitors, [&](Trace const& trace) {
            found.push_back(choices_of(trace));
        });
        CheckOptions options;
        options.strategy = Strategy::random;
        options.budget.executions = 20;
        options.seed = seed;
        check(program, each, options);
        return found;
    };
    EXPECT_EQ(schedules(1), schedules(1));
    EXPECT_NE(schedules(1), schedules(2));
}

TEST(Check, GivesUpWhenTheBudgetIsUsedUp) {
    const Program program = program_of("tasks: {many: {steps: [work, work], count: 5}}");
    CheckOptions options;
    options.budget.executions = 100;
    const Result result = explore(program, options);
    EXPECT_EQ(result.verdict, Verdict::gave_up);
    EXPECT_EQ(result.executions, 100U);
    EXPECT_FALSE(result.is_complete);
}

TEST(Check, ReportsTheWorkSoFarWhenItIsInterrupted) {
    const Program program = program_of("tasks: {many: {steps: [work, work], count: 5}}");
    std::stop_source interrupt;
    interrupt.request_stop();
    CheckOptions options;
    options.interrupt = interrupt.get_token();
    const Result result = explore(program, options);
    EXPECT_EQ(result.verdict, Verdict::gave_up);
    EXPECT_EQ(result.why, "interrupted");
    EXPECT_GT(result.executions, 0U);
}

TEST(Check, KeepsTheViolationWithTheFewestSwitches) {
    const Program program = program_of(
        "jobs:\n"
        "  j: {concurrency: queue, detect_deadlock: false}\n"
        "  k: {concurrency: queue, detect_deadlock: false}\n"
        "tasks:\n"
        "  a: [work, {call: j, body: [work, {call: k}]}]\n"
        "  b: [work, {call: k, body: [work, {call: j}]}]"
    );
    const Result result = explore(program);
    ASSERT_EQ(result.violations.size(), 1U);
    // a: works, takes j; b: works, takes k, waits for j; a: waits for k. Each goes on without a
    // switch while it can, so three turns of tasks, each a switch, are the least.
    EXPECT_EQ(result.violations.front().finding.property, Property::deadlock);
    EXPECT_EQ(result.violations.front().trace.switches, 3U);
}

}  // namespace
}  // namespace interlock::models
