// Scenario files as they are read.
#include "tests/reading.hpp"

#include <filesystem>
#include <fstream>

namespace interlock::models {

namespace {

using namespace std::chrono_literals;
using test::after_tasks;
using test::in_period;
using test::in_step;
using test::scenario_in;

Duration period_of(const std::string& value) {
    const Scenario scenario = scenario_in(in_period.before + value + in_period.after);
    return scenario.jobs.at(0).policy.period.value_or(Duration(-1));
}

std::string text_of(Place place) {
    return std::to_string(place.line) + ":" + std::to_string(place.column);
}

// "name line:column"
template <class Spec>
std::string head_of(const Spec& spec) {
    return spec.name + " " + text_of(spec.place);
}

template <class T>
T const& what(const Step& step) {
    return std::get<T>(step.what);
}

constexpr std::string_view all_keys = R"(# a comment
interlock: 1
name: group-queue-throttle
about: A throttled group job must give the group lock back.
revision: guarded
groups: [core, addon_a]
jobs:
  refresh:
    concurrency: group_queue
    throttle: group_rate_limit
    period: 10s
    max_calls: 2
    max_waiting: 4
    throttle_counts: success
    body: [work, {sleep: 250us}]
  old: {limit: group_throttle_wait, period: 1s}
  plain:
  empty: {}
tasks:
  first:
    - {call: refresh@core}
    - {call: plain, body: [], catch: true, label: the.first}
  second: [{work: 3}, {raise: JobException}, {cancel: many#2}, {hold: m}, {unhold: m}]
  many: {steps: [{call: old@addon_a, body: [{call: plain}], catch: false}], count: 4}
explore:
  {strategy: bounded, discipline: preemptive, time: all, stop: never, seed: 18446744073709551615,
   faults: {raise: 1, cancel: 2}, budget: {executions: 5000, seconds: 1.5}, bound: 2, depth: 4}
expect: {verdict: violated, property: throttle_spacing}
)";

}  // namespace

TEST(Reader, ReadsTheHead) {
    const Scenario scenario = scenario_in(all_keys);
    EXPECT_EQ(scenario.file, "file.yaml");
    EXPECT_EQ(scenario.name, "group-queue-throttle");
    EXPECT_EQ(scenario.about, "A throttled group job must give the group lock back.");
    EXPECT_EQ(scenario.revision, "guarded");
    EXPECT_EQ(text_of(scenario.revision_place), "5:11");
    EXPECT_EQ(head_of(scenario.groups.at(0)), "core 6:10");
    EXPECT_EQ(head_of(scenario.groups.at(1)), "addon_a 6:16");
}

TEST(Reader, ReadsJobs) {
    const Scenario scenario = scenario_in(all_keys);
    ASSERT_EQ(scenario.jobs.size(), 4U);
    const JobSpec& refresh = scenario.jobs[0];
    EXPECT_EQ(head_of(refresh), "refresh 8:3");
    const Policy policy{
        .concurrency = Concurrency::group_queue,
        .throttle = Throttle::group_rate_limit,
        .period = 10s,
        .max_calls = 2,
        .max_waiting = 4,
        .throttle_counts = ThrottleCounts::success,
    };
    EXPECT_EQ(refresh.policy, policy);
    EXPECT_EQ(refresh.limit, std::nullopt);
    ASSERT_EQ(refresh.body.size(), 2U);
    EXPECT_EQ(what<WorkStep>(refresh.body[0]).times, 1U);
    EXPECT_EQ(text_of(refresh.body[0].place), "15:12");
    EXPECT_EQ(what<SleepStep>(refresh.body[1]).duration, 250us);
    EXPECT_EQ(text_of(refresh.body[1].place), "15:18");
    EXPECT_EQ(scenario.jobs[1].limit, ExecutionLimit::group_throttle_wait);
    EXPECT_EQ(scenario.jobs[1].policy, Policy{.period = 1s});
}

TEST(Reader, ReadsObjectsScopesClocksAndExistingJobs) {
    const Scenario scenario = scenario_in(R"(
interlock: 1
name: n
groups: {old: x, new: x}
jobs: {j: {concurrency: queue, scope: object}, k: {}}
tasks: {t: [{clock: -1.5h}, {clock: 2s}, {call: j@old, existing: made}]}
)");
    EXPECT_EQ(scenario.groups.at(0).name + " " + scenario.groups.at(0).group, "old x");
    EXPECT_EQ(scenario.groups.at(1).name + " " + scenario.groups.at(1).group, "new x");
    EXPECT_EQ(scenario.jobs.at(0).scope, Scope::object);
    EXPECT_EQ(scenario.jobs.at(1).scope, Scope::job);
    const Steps& steps = scenario.tasks.at(0).steps;
    EXPECT_EQ(what<ClockStep>(steps.at(0)).by, -90min);
    EXPECT_EQ(what<ClockStep>(steps.at(1)).by, 2s);
    EXPECT_EQ(what<CallStep>(steps.at(2)).existing, "made");
}

TEST(Reader, GivesAJobThatSaysNothingTheDefaults) {
    const Scenario scenario = scenario_in(all_keys);
    EXPECT_EQ(head_of(scenario.jobs.at(2)), "plain 17:3");
    EXPECT_EQ(scenario.jobs[2].policy, Policy{});
    EXPECT_EQ(scenario.jobs[2].limit, std::nullopt);
    EXPECT_EQ(what<WorkStep>(scenario.jobs[2].body.at(0)).times, 1U);
    EXPECT_EQ(scenario.jobs.at(3).policy, Policy{});
    EXPECT_EQ(what<WorkStep>(scenario.jobs[3].body.at(0)).times, 1U);
}

TEST(Reader, ReadsCallsWithTheirOptions) {
    const Scenario scenario = scenario_in(all_keys);
    const TaskSpec& first = scenario.tasks.at(0);
    EXPECT_EQ(head_of(first), "first 20:3");
    ASSERT_EQ(first.steps.size(), 2U);
    EXPECT_EQ(text_of(first.steps[0].place), "21:7");
    const auto& refresh = what<CallStep>(first.steps[0]);
    EXPECT_EQ(refresh.job + "@" + refresh.group, "refresh@core");
    EXPECT_FALSE(refresh.body.has_value());
    EXPECT_FALSE(refresh.catches);
    EXPECT_EQ(refresh.label, "");
    EXPECT_EQ(text_of(first.steps[1].place), "22:7");
    const auto& plain = what<CallStep>(first.steps[1]);
    EXPECT_EQ(plain.job + "@" + plain.group, "plain@");
    ASSERT_TRUE(plain.body.has_value());
    EXPECT_TRUE(plain.body->empty());
    EXPECT_TRUE(plain.catches);
    EXPECT_EQ(plain.label, "the.first");
}

TEST(Reader, ReadsEveryOtherStepIdenticalTasksAndBodiesWithinBodies) {
    const Scenario scenario = scenario_in(all_keys);
    const Steps& steps = scenario.tasks.at(1).steps;
    ASSERT_EQ(steps.size(), 5U);
    EXPECT_EQ(what<WorkStep>(steps[0]).times, 3U);
    EXPECT_EQ(what<RaiseStep>(steps[1]).error, "JobException");
    EXPECT_EQ(what<CancelStep>(steps[2]).target, "many#2");
    EXPECT_EQ(what<HoldStep>(steps[3]).mutex, "m");
    EXPECT_EQ(what<UnholdStep>(steps[4]).mutex, "m");
    const TaskSpec& many = scenario.tasks.at(2);
    EXPECT_EQ(many.count, 4U);
    const auto& old = what<CallStep>(many.steps.at(0));
    ASSERT_TRUE(old.body.has_value());
    EXPECT_EQ(what<CallStep>(old.body->at(0)).job, "plain");
    EXPECT_EQ(text_of(old.body->at(0).place), "24:45");
}

TEST(Reader, ReadsHowToExploreAndWhatToExpect) {
    const Scenario scenario = scenario_in(all_keys);
    const ExploreSpec& explore = scenario.explore;
    EXPECT_EQ(text_of(explore.place), "26:3");
    EXPECT_EQ(explore.strategy, Strategy::bounded);
    EXPECT_EQ(explore.discipline, Discipline::preemptive);
    EXPECT_EQ(explore.time, TimeMode::all);
    EXPECT_EQ(explore.faults.raise, 1U);
    EXPECT_EQ(explore.faults.cancel, 2U);
    EXPECT_EQ(explore.stop, Stop::never);
    EXPECT_EQ(explore.budget.executions, 5000U);
    EXPECT_EQ(explore.budget.seconds, 1.5);
    EXPECT_EQ(explore.seed, 18446744073709551615U);
    EXPECT_EQ(explore.bound, 2U);
    EXPECT_EQ(explore.depth, 4U);
    EXPECT_EQ(scenario.expect.violated, Property::throttle_spacing);
    EXPECT_FALSE(scenario.expect.any_violation);
}

TEST(Reader, FillsInWhatAShortScenarioLeavesOut) {
    const Scenario scenario = scenario_in(after_tasks.before);
    EXPECT_EQ(scenario.revision, "interlock");
    EXPECT_EQ(text_of(scenario.revision_place), "0:0");
    EXPECT_TRUE(scenario.groups.empty());
    EXPECT_TRUE(scenario.jobs.empty());
    EXPECT_TRUE(scenario.tasks.at(0).steps.empty());
    EXPECT_EQ(text_of(scenario.explore.place), "0:0");
    EXPECT_EQ(scenario.expect.violated, std::nullopt);
    EXPECT_FALSE(scenario.expect.any_violation);
    std::string const expect = after_tasks.before + "expect: {verdict: ";
    EXPECT_TRUE(scenario_in(expect + "violated}").expect.any_violation);
    EXPECT_FALSE(scenario_in(expect + "holds}").expect.any_violation);
}

TEST(Reader, ReadsEveryStrategyAsItIsPrinted) {
    std::string const explore = after_tasks.before + "explore: {strategy: ";
    for (std::uint8_t i = 0; i < static_cast<std::uint8_t>(Strategy::replay); ++i) {
        const auto strategy = static_cast<Strategy>(i);
        std::string const name(name_of(strategy));
        EXPECT_EQ(scenario_in(explore + name + "}").explore.strategy, strategy);
        EXPECT_EQ(strategy_named(name), strategy);
    }
    EXPECT_EQ(strategy_named("best"), std::nullopt);
}

TEST(Reader, ReadsDurationsInEveryUnit) {
    EXPECT_EQ(period_of("0s"), 0s);
    EXPECT_EQ(period_of("250us"), 250us);
    EXPECT_EQ(period_of("1.5ms"), 1500us);
    EXPECT_EQ(period_of("10s"), 10s);
    EXPECT_EQ(period_of("2min"), 2min);
    EXPECT_EQ(period_of("24h"), 24h);
    EXPECT_EQ(period_of("0.001us"), Duration(1));
    EXPECT_EQ(period_of("2.000000000000000s"), 2s);
    EXPECT_EQ(period_of("9223372036.854775807s"), Duration::max());  // 2^63 - 1 ns
}

TEST(Reader, ReadsStepsThatStartTasks) {
    const Scenario scenario = scenario_in(
        in_step.before +
        "{gather: [{call: j, label: one}, {call: k@g}], return_exceptions: true},"
        "{spawn: {call: j, body: [work]}}, {detach: {call: j, catch: true, label: kid}},"
        "{join: kid}" +
        in_step.after
    );
    const Steps& steps = scenario.tasks.at(0).steps;
    const auto& gather = std::get<GatherStep>(steps.at(0).what);
    EXPECT_TRUE(gather.return_exceptions);
    ASSERT_EQ(gather.calls.size(), 2U);
    EXPECT_EQ(gather.calls[0].call.label, "one");
    EXPECT_EQ(gather.calls[1].call.group, "g");
    EXPECT_EQ(text_of(gather.calls[1].place), "3:46");
    EXPECT_FALSE(std::get<SpawnStep>(steps.at(1).what).is_detached);
    EXPECT_EQ(std::get<SpawnStep>(steps.at(1).what).child.call.body->size(), 1U);
    EXPECT_TRUE(std::get<SpawnStep>(steps.at(2).what).is_detached);
    EXPECT_TRUE(std::get<SpawnStep>(steps.at(2).what).child.call.catches);
    EXPECT_EQ(std::get<JoinStep>(steps.at(3).what).label, "kid");
}

TEST(Reader, ReadsAFileAndSaysWhyItCannot) {
    std::filesystem::path const folder = testing::TempDir();
    std::string const file = (folder / "reader_test.yaml").string();
    std::ofstream(file) << "interlock: 1\nname: from-a-file\ntasks: {t: [work]}\n";
    const auto scenario = std::get<Scenario>(read_scenario_file(file));
    EXPECT_EQ(scenario.name, "from-a-file");
    EXPECT_EQ(scenario.file, file);
    std::filesystem::remove(file);
    const auto problem = [](const std::string& path) {
        return text_of(std::get<Diagnostic>(read_scenario_file(path)), "");
    };
    EXPECT_EQ(problem(file), "cannot read " + file + ": No such file or directory");
    EXPECT_EQ(problem(folder), "cannot read " + folder.string() + ": it is a directory");
}

}  // namespace interlock::models
