// Tasks that go on for ever: livelock and starvation are found, and nothing else is taken for them.
#include "models/scenario/writer.hpp"
#include "models/search.hpp"
#include "models/trace/schedule.hpp"
#include "properties/generators.hpp"
#include "tests/lock_world.hpp"
#include "tests/scenarios.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::HandOver;
using test::LockWorld;
using test::program_of;

std::set<Property> violated(const Result& result) {
    std::set<Property> properties;
    for (const Violation& violation : result.violations) {
        properties.insert(violation.finding.property);
    }
    return properties;
}

Result all_of(const Program& program) {
    CheckOptions options{.strategy = Strategy::stateful, .stop = Stop::never};
    Result result = search(
        program, [&] { return std::make_unique<properties::Monitors>(program); }, options
    );
    EXPECT_TRUE(result.is_complete) << result.why;
    return result;
}

Result all_of(const std::string& yaml) {
    return all_of(program_of(yaml));
}

const Violation& violation_in(const Result& result, Property property) {
    const auto found = std::find_if(
        result.violations.begin(),
        result.violations.end(),
        [&](const Violation& violation) { return violation.finding.property == property; }
    );
    EXPECT_NE(found, result.violations.end()) << name_of(property);
    return *found;
}

std::string repeating(int count) {
    return "jobs: {j: {concurrency: queue}}\ntasks: {t: {steps: [{call: j}], count: " +
           std::to_string(count) + ", repeat: forever}}";
}

Result on_lock(const Program& program, HandOver hand_over, const CheckOptions& options) {
    Scheduler scheduler;
    LockWorld world(program, scheduler, hand_over);
    properties::Monitors monitors(program);
    return check(scheduler, world, monitors, options);
}

TEST(Liveness, HoldsWhereALockIsHandedToTheLongestWaiter) {
    for (int count = 1; count <= 3; ++count) {
        EXPECT_EQ(all_of(repeating(count)).verdict, Verdict::holds) << count;
        const Program program = program_of(repeating(count));
        const Result result = on_lock(
            program, HandOver::to_the_oldest, {.strategy = Strategy::stateful, .stop = Stop::never}
        );
        EXPECT_EQ(result.verdict, Verdict::holds) << count;
        EXPECT_TRUE(result.is_complete) << count;
    }
}

TEST(Liveness, HoldsOnTheRevisionsWhoseLocksAreFair) {
    for (const char* const revision : {"split", "guarded", "merged", "head"}) {
        const Result result = all_of("revision: " + std::string(revision) + "\n" + repeating(2));
        EXPECT_EQ(result.verdict, Verdict::holds) << revision;
    }
}

// Of three, two that hand it to each other: the third waits for ever.
TEST(Liveness, IsViolatedWhereALockIsHandedToTheNewestWaiter) {
    const Program program = program_of(repeating(3));
    const CheckOptions options{.strategy = Strategy::stateful, .stop = Stop::never};
    const Result result = on_lock(program, HandOver::to_the_newest, options);
    EXPECT_EQ(violated(result), (std::set{Property::fifo, Property::starvation}));
}

// Two are enough: one takes the lock again before the one that was woken runs.
TEST(Liveness, IsViolatedWhereALockIsFreeUntilTheWaiterRuns) {
    const Program program = program_of(repeating(2));
    const CheckOptions options{.strategy = Strategy::stateful, .stop = Stop::never};
    const Result result = on_lock(program, HandOver::to_whoever_comes, options);
    EXPECT_EQ(violated(result), (std::set{Property::fifo, Property::starvation}));
}

// The schedule says where the round begins, and runs again to the same trace.
TEST(Liveness, IsShownByAScheduleThatComesBackToWhereItWas) {
    const Program program = program_of(repeating(3));
    CheckOptions options{
        .strategy = Strategy::stateful, .wanted = Property::starvation, .rerun_every = 128};
    const Result result = on_lock(program, HandOver::to_the_newest, options);
    const Violation& shown = violation_in(result, Property::starvation);
    ASSERT_TRUE(shown.trace.round);
    std::string problem;
    const auto schedule =
        schedule_from(text_of(schedule_of(program.fingerprint, shown.trace)), problem);
    ASSERT_TRUE(schedule) << problem;
    ASSERT_TRUE(schedule->round);
    options.strategy = Strategy::replay;
    options.schedule = schedule->choices;
    options.round = schedule->round;
    const Result again = on_lock(program, HandOver::to_the_newest, options);
    const Violation& same = violation_in(again, Property::starvation);
    EXPECT_EQ(same.trace.events, shown.trace.events);
    EXPECT_EQ(same.finding.call, shown.finding.call);
    EXPECT_EQ(same.finding.event, shown.finding.event);
    // Twice round is a round as well; without its last choice it is none.
    options.schedule.insert(
        options.schedule.end(),
        schedule->choices.begin() + static_cast<std::ptrdiff_t>(*schedule->round),
        schedule->choices.end()
    );
    EXPECT_TRUE(
        violated(on_lock(program, HandOver::to_the_newest, options)).contains(Property::starvation)
    );
    options.schedule = schedule->choices;
    options.schedule.pop_back();
    EXPECT_FALSE(
        violated(on_lock(program, HandOver::to_the_newest, options)).contains(Property::starvation)
    );
}

constexpr const char* polling =
    "jobs: {x: {concurrency: reject}, y: {concurrency: reject}}\n"
    "tasks: {a: [{call: x, body: [work, {call: y, retry: true}]}],"
    " b: [{call: y, body: [work, {call: x, retry: true}]}]}";

TEST(Liveness, IsViolatedByBodiesThatPollForWhatTheOtherHolds) {
    const Program program = program_of(polling);
    const Result result = all_of(program);
    EXPECT_EQ(violated(result), std::set{Property::livelock});
    const Violation& shown = violation_in(result, Property::livelock);
    // Each holds its lock after a turn; in the round each polls once.
    const auto polls = std::count_if(
        shown.trace.events.begin() + shown.trace.round->events,
        shown.trace.events.end(),
        [](const TraceEvent& event) { return event.kind == EventKind::retries; }
    );
    EXPECT_EQ(polls, 2);
    const std::string schedule = text_of(schedule_of(program.fingerprint, shown.trace));
    EXPECT_NE(schedule.find('~'), std::string::npos);
}

TEST(Liveness, HoldsWhereOnlyOnePolls) {
    const Result result = all_of(
        "jobs: {x: {concurrency: reject}}\n"
        "tasks: {a: [{call: x, retry: true}], b: [{call: x, retry: true, body: [{work: 3}]}]}"
    );
    EXPECT_EQ(result.verdict, Verdict::holds);
    const std::set<std::vector<std::uint8_t>> both_ran{
        {code_of(Status::ran), code_of(Status::ran)}};
    EXPECT_EQ(result.outcomes, both_ran);
}

// It comes whenever the other holds the lock, each time.
TEST(Liveness, IsViolatedForACallThatPollsWhereOthersComeAgain) {
    const Result result = all_of(
        "jobs: {x: {concurrency: reject}}\n"
        "tasks: {a: {steps: [{call: x}], repeat: forever}, b: [{call: x, retry: true}]}"
    );
    EXPECT_EQ(violated(result), std::set{Property::starvation});
    EXPECT_EQ(violation_in(result, Property::starvation).finding.task, TaskId{1});
    EXPECT_EQ(
        all_of("jobs: {x: {concurrency: queue}}\n"
               "tasks: {a: {steps: [{call: x}], repeat: forever}, b: [{call: x}]}")
            .verdict,
        Verdict::holds
    );
}

// While another works for ever.
TEST(Liveness, DoesNotHideADeadlock) {
    const std::string tasks =
        "tasks: {a: [{hold: m}, {hold: n}, {unhold: n}, {unhold: m}],"
        " b: [{hold: n}, {hold: m}, {unhold: m}, {unhold: n}], c: {steps: [work], repeat: "
        "forever}}";
    const Program program = program_of(tasks);
    const Result result = all_of(program);
    EXPECT_EQ(violated(result), std::set{Property::deadlock});
    const Violation& shown = violation_in(result, Property::deadlock);
    EXPECT_EQ(shown.trace.ending, Ending::cut);
    EXPECT_EQ(shown.trace.events[shown.finding.event].kind, EventKind::wants);
    const Result again =
        test::explore(program, {.strategy = Strategy::replay, .schedule = choices_of(shown.trace)});
    EXPECT_EQ(violation_in(again, Property::deadlock).trace.events, shown.trace.events);
}

// Nobody starves because another never lets time pass: clocks go on.
TEST(Liveness, IsNotViolatedByWaitsForTime) {
    const std::string job = "jobs: {q: {concurrency: queue}}\n";
    EXPECT_EQ(
        all_of(
            job +
            "tasks: {a: {steps: [work], repeat: forever}, b: [{call: q, body: [{sleep: 1s}]}],"
            " c: [{call: q}]}"
        )
            .verdict,
        Verdict::holds
    );
    EXPECT_EQ(
        all_of(
            job + "tasks: {a: {steps: [{sleep: 1s}], repeat: forever},"
                  " b: {steps: [{call: q, body: [{sleep: 1s}]}], repeat: forever}, c: [{call: q}]}"
        )
            .verdict,
        Verdict::holds
    );
    EXPECT_EQ(
        all_of("jobs: {t: {throttle: throttle, period: 2s}}\n"
               "tasks: {a: {steps: [{call: t}, {sleep: 1s}], repeat: forever}}")
            .verdict,
        Verdict::holds
    );
}

TEST(Liveness, EndsForATaskThatEnds) {
    const Result result = all_of(
        "jobs: {q: {concurrency: queue}}\n"
        "tasks: {a: {steps: [{call: q, body: [{raise: E}]}], repeat: forever}, b: [{cancel: c}],"
        " c: {steps: [{call: q}], repeat: forever}}"
    );
    EXPECT_EQ(result.verdict, Verdict::holds);
    EXPECT_FALSE(result.outcomes.empty());
}

std::string problem_in(const std::string& yaml) {
    const auto compiled = compile(test::scenario_of(yaml));
    const auto* problem = std::get_if<Diagnostic>(&compiled);
    return problem == nullptr ? "" : problem->message;
}

TEST(Endless, RefusesWhatCannotBeRepeated) {
    EXPECT_EQ(
        problem_in(
            "jobs: {j: {}}\ntasks: {a: {steps: [{call: j, body: [{spawn: {call: j, body: []}}]"
            "}], repeat: forever}}"
        ),
        "task 'a' repeats for ever, so it can start no tasks and join none in this version; leave "
        "'repeat' out, or these steps"
    );
    EXPECT_EQ(
        problem_in("jobs: {j: {throttle: throttle, period: 1s}}\n"
                   "tasks: {a: [{call: j, retry: true}]}"),
        "no time passes while a call is tried again and again, so a throttle may never let it in; "
        "leave out 'retry', or the throttle of job 'j'"
    );
    const std::string forever = "tasks: {a: {steps: [work], repeat: forever}}\n";
    EXPECT_EQ(
        problem_in(forever + "explore: {time: all, strategy: exhaustive}"),
        "time 'all' has no steps that are repeated for ever in this version; leave it out"
    );
    EXPECT_EQ(
        problem_in(forever + "explore: {discipline: preemptive}"),
        "discipline 'preemptive' has no steps that are repeated for ever in this version; leave it "
        "out"
    );
    ExploreSpec explore;
    const Program program = program_of(forever);
    EXPECT_EQ(
        problem_of(explore, program),
        "strategy 'optimal' has no steps that are repeated for ever ('repeat', 'retry'); use "
        "--strategy stateful"
    );
    explore.strategy = Strategy::stateful;
    EXPECT_EQ(problem_of(explore, program), "");
}

TEST(Endless, IsReadAndWritten) {
    const std::string yaml =
        "jobs: {j: {}}\ntasks: {a: {steps: [{call: j, retry: true}], count: 2, repeat: forever},"
        " b: {steps: [work], repeat: forever}, c: [work]}";
    const Scenario scenario = test::scenario_of(yaml);
    const auto again = read_scenario(yaml_of(scenario), "again.yaml");
    for (const Scenario* read : {&scenario, &std::get<Scenario>(again)}) {
        EXPECT_TRUE(std::get<CallStep>(read->tasks[0].steps[0].what).retries);
        EXPECT_EQ(read->tasks[0].count, 2U);
        EXPECT_TRUE(read->tasks[0].repeats);
        EXPECT_TRUE(read->tasks[1].repeats);
        EXPECT_FALSE(read->tasks[2].repeats);
    }
    EXPECT_EQ(compile(scenario).index(), 0U);
    EXPECT_NE(
        std::get<Program>(compile(scenario)).fingerprint,
        program_of("jobs: {j: {}}\ntasks: {a: {steps: [{call: j}], count: 2}, b: [work], c: [work]}"
        )
            .fingerprint
    );
}

// A search over states sees whatever executions that are drawn see before they are cut off.
RC_GTEST_PROP(Endless, FindsWhatRandomExecutionsFind, ()) {
    Scenario scenario = *properties::scenarios({.holds = true, .orders_locks = false});
    scenario.revision = *rc::gen::element<std::string>("interlock", "split", "guarded", "head");
    for (TaskSpec& task : scenario.tasks) {
        task.repeats = *rc::gen::inRange(0, 3) != 0;
    }
    const auto compiled = compile(scenario);
    const auto* program = std::get_if<Program>(&compiled);
    RC_CLASSIFY(program == nullptr, "not for this revision");
    if (program == nullptr || !program->is_endless()) {
        return;
    }
    CheckOptions options{.strategy = Strategy::stateful, .stop = Stop::never};
    options.budget.executions = 3'000;
    const Result all = test::explore(*program, options);
    RC_CLASSIFY(!all.is_complete, "too many states");
    if (!all.is_complete) {
        return;
    }
    CheckOptions some{.strategy = Strategy::random, .stop = Stop::never};
    some.budget.executions = 100;
    some.scheduler.steps_max = 60;
    const auto found = violated(test::explore(*program, some));
    RC_CLASSIFY(!found.empty(), "something is violated");
    const auto known = violated(all);
    for (const Property property : found) {
        RC_ASSERT(known.contains(property));
    }
}

}  // namespace
}  // namespace interlock::models
