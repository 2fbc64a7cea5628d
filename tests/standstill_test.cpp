// Waits that nothing can end are seen where they close, while others still run.
#include "properties/standstill.hpp"

#include "models/minimise/shortened.hpp"
#include "models/search.hpp"
#include "properties/generators.hpp"
#include "tests/scenarios.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::program_of;

// The deadlock in the first execution, which runs the first task for as long as it can.
Violation deadlock_of(const Program& program, std::vector<Choice> schedule = {}) {
    const Result result =
        test::explore(program, {.strategy = Strategy::replay, .schedule = std::move(schedule)});
    for (const Violation& violation : result.violations) {
        if (violation.finding.property == Property::deadlock) {
            return violation;
        }
    }
    ADD_FAILURE() << "no deadlock";
    return {};
}

std::vector<Choice> turns(std::initializer_list<int> tasks) {
    std::vector<Choice> choices;
    for (const int task : tasks) {
        choices.emplace_back(TaskId{static_cast<std::uint8_t>(task)});
    }
    return choices;
}

// What the execution does in the step that closes it, and how many steps follow.
void expect_closed(const Violation& found, EventKind by, std::uint32_t step) {
    ASSERT_LT(found.finding.event, found.trace.events.size());
    EXPECT_EQ(found.trace.events[found.finding.event].kind, by);
    EXPECT_EQ(found.trace.events[found.finding.event].step, step);
    EXPECT_GT(found.trace.steps, step);
}

// a takes x in step 1, b takes y in 2, a wants y in 3, b wants x in 4; c has three turns left.
constexpr const char* opposite =
    "tasks: {a: [{call: r@x, body: [work, {call: r@y}]}],"
    " b: [{call: r@y, body: [work, {call: r@x}]}], c: [{work: 2}]}\n";

TEST(Standstill, ClosesWithTheSecondWaitForLocksOfTheCore) {
    const Program program = program_of(
        "groups: [x, y]\njobs: {r: {concurrency: group_queue, detect_deadlock: false}}\n" +
        std::string(opposite)
    );
    const Violation found = deadlock_of(program, turns({0, 1, 0, 1, 2, 2}));
    expect_closed(found, EventKind::queued, 4);
}

TEST(Standstill, ClosesWithTheSecondWaitForLocksOfTheReference) {
    for (const char* const revision : {"limit", "split", "guarded"}) {
        const std::string job =
            revision == std::string("limit") ? "limit: group_wait" : "concurrency: group_queue";
        const Program program = program_of(
            "revision: " + std::string(revision) + "\ngroups: [x, y]\njobs: {r: {" + job + "}}\n" +
            opposite
        );
        SCOPED_TRACE(revision);
        const Violation found = deadlock_of(program, turns({0, 1, 0, 1, 2, 2}));
        expect_closed(found, EventKind::queued, 4);
    }
}

// Each turn ends before the next hold: a has m after two, b has n after two more.
TEST(Standstill, ClosesWithTheSecondWaitForMutexes) {
    const Program program =
        program_of("tasks: {a: [{hold: m}, {hold: n}], b: [{hold: n}, {hold: m}], c: [{work: 2}]}");
    const Violation found = deadlock_of(program, turns({0, 0, 1, 1, 2, 2, 2}));
    expect_closed(found, EventKind::wants, 4);
}

// The child waits for the lock that its parent holds, and the parent for the child.
TEST(Standstill, ClosesWithAWaitForATask) {
    const Program program = program_of(
        "jobs: {q: {concurrency: queue, detect_deadlock: false}, p: {}}\n"
        "tasks: {a: [{call: q, body: [{spawn: {call: p, body: [{call: q}], label: k}}, work,"
        " {join: k}]}], c: [{work: 2}]}"
    );
    // a starts k in step 1, k queues in step 2, a joins it in step 3.
    const Violation found = deadlock_of(program, turns({0, 2, 0, 1}));
    expect_closed(found, EventKind::joins, 3);
}

TEST(Standstill, ClosesWithTheWaitForWhatNobodyGivesBack) {
    const Program program = program_of(
        "revision: split\ngroups: [g]\n"
        "jobs: {r: {concurrency: group_queue, throttle: group_throttle, period: 10s}}\n"
        "tasks: {a: [{call: r@g, body: []}, {call: r@g, body: []}], b: [{call: r@g}],"
        " c: [{work: 2}]}"
    );
    // The second call of a is throttled and keeps the lock; b waits for it.
    const Violation found = deadlock_of(program, turns({0, 1, 2}));
    expect_closed(found, EventKind::queued, 2);
}

// At any moment of any execution, as all of them end well.
TEST(Standstill, IsNoneWhileSomebodyMayStillGiveBack) {
    for (const char* const tasks :
         {"{a: [{call: q}], b: [{call: q}], c: [work]}",
          "{a: [{hold: m}, {call: q}, {unhold: m}], b: [{hold: m}, {unhold: m}], c: [{call: "
          "q}]}"}) {
        const Program program =
            program_of("jobs: {q: {concurrency: queue}}\ntasks: " + std::string(tasks));
        properties::Monitors monitors(program);
        test::OnTrace each(monitors, [&](const Trace& trace) {
            properties::History history(program);
            history.reset();
            Trace part;
            part.ending = Ending::too_long;
            part.unfinished = 7;
            part.outcomes.assign(trace.outcomes.size(), std::uint8_t{1});
            for (const TraceEvent& event : trace.events) {
                part.events.push_back(event);
                history.apply(event);
                EXPECT_FALSE(properties::standstill_in(history, part));
            }
        });
        check(program, each, {.stop = Stop::never});
    }
}

// Where others never end, too: c polls for longer than an execution may take.
TEST(Standstill, IsFoundWhereOthersGoOnForTooLong) {
    const Program program = program_of(
        "tasks: {a: [{hold: m}, {hold: n}], b: [{hold: n}, {hold: m}], c: [{work: 1000}]}"
    );
    CheckOptions options{
        .strategy = Strategy::replay, .schedule = turns({0, 0, 1, 1, 2}), .scheduler = {}};
    options.scheduler.steps_max = 100;
    const Result result = test::explore(program, options);
    ASSERT_EQ(result.violations.size(), 1U);
    EXPECT_EQ(result.violations.front().trace.ending, Ending::too_long);
    EXPECT_EQ(
        result.violations.front().trace.events[result.violations.front().finding.event].step, 4U
    );
}

TEST(Standstill, IsNoneWhereAStepOrATimeEndsAWait) {
    CheckOptions options{
        .strategy = Strategy::replay, .schedule = turns({0, 1, 0, 1, 2}), .scheduler = {}};
    options.scheduler.steps_max = 100;
    const std::string tasks =
        "{call: r@x, body: [work, {call: r@y}]}], b: [{call: r@y, body: [work, {call: r@x}]}]";
    const Program timed = program_of(
        "groups: [x, y]\n"
        "jobs: {r: {concurrency: group_queue, detect_deadlock: false, wait_timeout: 1s}}\n"
        "tasks: {a: [" +
        tasks + ", c: [{work: 1000}]}"
    );
    EXPECT_TRUE(test::explore(timed, options).violations.empty());
    const Program cancels = program_of(
        "groups: [x, y]\njobs: {r: {concurrency: group_queue, detect_deadlock: false}}\n"
        "tasks: {a: [" +
        tasks + ", c: [{work: 1000}, {cancel: a}]}"
    );
    EXPECT_TRUE(test::explore(cancels, options).violations.empty());
}

// However an execution goes on from there, it ends in the same standstill.
RC_GTEST_PROP(Standstill, CannotBeLeft, ()) {
    Scenario scenario = *properties::scenarios(
        {.raises = true, .sleeps = true, .holds = true, .forks = true, .orders_locks = false}
    );
    scenario.revision = *rc::gen::element<std::string>("interlock", "split", "guarded", "head");
    const auto compiled = compile(scenario);
    const auto* program = std::get_if<Program>(&compiled);
    RC_CLASSIFY(program == nullptr, "not for this revision");
    if (program == nullptr) {
        return;
    }
    const Result found =
        test::explore(*program, {.strategy = Strategy::stateful, .budget = {.executions = 500}});
    const auto deadlock = std::find_if(
        found.violations.begin(),
        found.violations.end(),
        [](const Violation& violation) { return violation.finding.property == Property::deadlock; }
    );
    const bool is_early = deadlock != found.violations.end() &&
                          deadlock->trace.choices.size() > 1 &&
                          deadlock->trace.choices.back().events_before > deadlock->finding.event;
    RC_CLASSIFY(is_early, "others go on");
    if (!is_early) {
        return;
    }
    CheckOptions rest{.strategy = Strategy::exhaustive, .stop = Stop::never};
    rest.budget.executions = 200;
    for (const ChoicePoint& point : deadlock->trace.choices) {
        if (point.events_before <= deadlock->finding.event) {
            rest.start.path.push_back(point.chosen);
        }
    }
    properties::Monitors monitors(*program);
    test::OnTrace each(monitors, [&](const Trace& trace) {
        std::vector<Finding> findings;
        properties::Monitors(*program).judge(trace, findings);
        RC_ASSERT(std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
            return finding.property == Property::deadlock &&
                   finding.event == deadlock->finding.event;
        }));
    });
    check(*program, each, rest);
}

// a, b, a, b, and then what is left without a choice of the schedule's.
TEST(Shortened, EndsTheScheduleWhereItIsSettled) {
    const Program program = program_of(
        "groups: [x, y]\njobs: {r: {concurrency: group_queue, detect_deadlock: false}}\n" +
        std::string(opposite)
    );
    const std::vector<Choice> way = turns({2, 0, 1, 2, 1, 0});
    Violation found = deadlock_of(program, way);
    ASSERT_EQ(found.trace.choices.size(), 6U);
    properties::Monitors monitors(program);
    EXPECT_EQ(shortened(program, monitors, found, {}).trace.choices.size(), 6U);
    found = deadlock_of(program, turns({0, 1, 0, 1, 2, 2}));
    const Violation settled = shortened(program, monitors, found, {});
    EXPECT_EQ(settled.trace.choices.size(), 4U);
    const Violation again = deadlock_of(program, turns({0, 1, 0, 1}));
    EXPECT_EQ(again.trace.events, settled.trace.events);
    EXPECT_EQ(again.finding.event, settled.finding.event);
}

TEST(Shortened, IsWhatASearchShows) {
    const Program program = program_of(
        "groups: [x, y]\njobs: {r: {concurrency: group_queue, detect_deadlock: false}}\n" +
        std::string(opposite)
    );
    const Judges judges = [&] { return std::make_unique<properties::Monitors>(program); };
    for (const Strategy strategy :
         {Strategy::optimal, Strategy::exhaustive, Strategy::stateful, Strategy::random}) {
        const Result result = search(program, judges, {.strategy = strategy, .stop = Stop::first});
        ASSERT_EQ(result.verdict, Verdict::violated);
        const Violation& shown = result.violations.front();
        EXPECT_LE(shown.trace.choices.back().events_before, shown.finding.event);
    }
}

}  // namespace
}  // namespace interlock::models
