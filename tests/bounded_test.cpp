// Iterative context bounding: each execution once, in the order of preemptions.
#include "models/trace/schedule.hpp"
#include "tests/programs.hpp"
#include "tests/scenarios.hpp"

#include <map>
#include <set>

namespace interlock::models {
namespace {

using test::explore;
using test::philosophers;
using test::program_of;

// Turns that went to another task though the one before could have gone on.
std::uint32_t preemptions_of(const Trace& trace) {
    std::uint32_t count = 0;
    for (std::size_t i = 1; i < trace.turns.size(); ++i) {
        const TaskId before = trace.turns[i - 1].task();
        const Turn& turn = trace.turns[i];
        count += turn.task() != before && (turn.enabled & set_of(before)) != 0 ? 1 : 0;
    }
    return count;
}

// Of tasks that have so many turns left, after a turn of `last`, with exactly `preemptions`.
std::uint64_t interleavings(std::vector<int> left, std::size_t last, std::uint32_t preemptions) {
    std::uint64_t count = 0;
    bool is_over = true;
    for (std::size_t task = 0; task < left.size(); ++task) {
        if (left[task] == 0) {
            continue;
        }
        is_over = false;
        const bool preempts = last < left.size() && task != last && left[last] > 0;
        if (preempts && preemptions == 0) {
            continue;
        }
        --left[task];
        count += interleavings(left, task, preemptions - (preempts ? 1 : 0));
        ++left[task];
    }
    return is_over && preemptions == 0 ? 1 : count;
}

// Two tasks of two turns: aabb bbaa have no preemption, abba baab have one, abab baba have two.
TEST(Bounded, CountsByHand) {
    EXPECT_EQ(interleavings({2, 2}, 9, 0), 2U);
    EXPECT_EQ(interleavings({2, 2}, 9, 1), 2U);
    EXPECT_EQ(interleavings({2, 2}, 9, 2), 2U);
}

TEST(Bounded, RunsEveryInterleavingOnceInTheOrderOfPreemptions) {
    const Program program = program_of("tasks: {a: [{work: 3}], b: [{work: 2}], c: [work]}");
    properties::Monitors monitors(program);
    std::map<std::uint32_t, std::uint64_t> counts;
    std::set<std::string> schedules;
    std::uint32_t most = 0;
    test::OnTrace each(monitors, [&](const Trace& trace) {
        const std::uint32_t preemptions = preemptions_of(trace);
        EXPECT_GE(preemptions, most);
        most = std::max(most, preemptions);
        ++counts[preemptions];
        EXPECT_TRUE(schedules.insert(text_of(schedule_of(0, trace))).second);
    });
    const Result result = check(program, each, {.strategy = Strategy::bounded});
    EXPECT_EQ(result.executions, 1260U);  // 9! / (4! 3! 2!)
    for (const auto& [preemptions, count] : counts) {
        EXPECT_EQ(count, interleavings({4, 3, 2}, 9, preemptions)) << preemptions;
    }
    EXPECT_EQ(result.verdict, Verdict::holds);
    EXPECT_TRUE(result.guarantee.is_verified());
    EXPECT_FALSE(result.saturation);
}

TEST(Bounded, RunsWhatExhaustiveRuns) {
    for (const char* const yaml :
         {"jobs: {j: {concurrency: queue}}\ntasks: {many: {steps: [{call: j}], count: 3}}",
          "tasks: {many: {steps: [{hold: m}, {unhold: m}], count: 3}}",
          "tasks: {a: [work, {sleep: 1s}, work], b: [{sleep: 1s}, work], c: [work]}",
          "jobs: {j: {concurrency: queue}}\ntasks: {a: [{call: j}], b: [work, {cancel: a}]}"}) {
        const Program program = program_of(yaml);
        for (const Faults faults : {Faults{}, Faults{1, 0}, Faults{1, 1}}) {
            const Result all = explore(
                program, {.strategy = Strategy::exhaustive, .stop = Stop::never, .faults = faults}
            );
            const Result bounded = explore(
                program, {.strategy = Strategy::bounded, .stop = Stop::never, .faults = faults}
            );
            EXPECT_TRUE(bounded.is_complete);
            EXPECT_EQ(bounded.executions, all.executions) << yaml;
            EXPECT_EQ(bounded.outcomes, all.outcomes) << yaml;
        }
    }
}

TEST(Bounded, SaysHowFarItIsComplete) {
    const Program program = program_of("tasks: {a: [{work: 3}], b: [{work: 3}]}");
    const Result result = explore(program, {.strategy = Strategy::bounded, .bound = 2});
    EXPECT_EQ(result.verdict, Verdict::gave_up);
    EXPECT_EQ(result.why, "executions with more than 2 preemptions were not run");
    EXPECT_EQ(result.guarantee.bound->value, 2U);
    EXPECT_FALSE(result.guarantee.is_verified());
    EXPECT_EQ(
        result.executions,
        interleavings({4, 4}, 9, 0) + interleavings({4, 4}, 9, 1) + interleavings({4, 4}, 9, 2)
    );

    const Result cut = explore(
        program, {.strategy = Strategy::bounded, .budget = {.executions = result.executions + 1}}
    );
    EXPECT_EQ(cut.guarantee.bound->value, 2U);
    EXPECT_FALSE(cut.is_complete);
}

// Each takes its left fork and is preempted only if others are to take theirs: the others are not
// preempted, they wait. So one is enough, and without any the first has both forks at once.
TEST(Bounded, FindsThatPhilosophersNeedOnePreemption) {
    for (int count = 2; count <= 6; ++count) {
        const Program program = program_of(philosophers(count));
        EXPECT_EQ(
            explore(program, {.strategy = Strategy::bounded, .bound = 0}).verdict, Verdict::gave_up
        );
        const Result result = explore(program, {.strategy = Strategy::bounded});
        ASSERT_EQ(result.verdict, Verdict::violated) << count;
        EXPECT_EQ(preemptions_of(result.violations.front().trace), 1U) << count;
        EXPECT_EQ(result.guarantee.bound->value, 0U) << count;
    }
}

TEST(Bounded, MayCountSwitchesInstead) {
    const Program program = program_of(philosophers(3));
    CheckOptions options{.strategy = Strategy::bounded};
    options.measure = Measure::switches;
    const Result result = explore(program, options);
    ASSERT_EQ(result.verdict, Verdict::violated);
    // Each of the three takes its left fork: three turns of different tasks, and no fewer will do.
    EXPECT_EQ(result.violations.front().trace.switches, 3U);
}

}  // namespace
}  // namespace interlock::models
