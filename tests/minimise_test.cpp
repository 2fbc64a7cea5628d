// Violations with the fewest switches, proved, and the smallest scenarios that still have them.
#include "models/minimise/minimise.hpp"

#include "models/minimise/reductions.hpp"
#include "models/scenario/writer.hpp"
#include "tests/programs.hpp"
#include "tests/scenarios.hpp"

#include <filesystem>

namespace interlock::models {
namespace {

using test::explore;
using test::program_of;
using test::scenario_of;

const JudgeOf monitors = [](const Program& program) {
    return std::make_unique<properties::Monitors>(program);
};

const Violation& first_of(const Result& result) {
    return result.violations.front();
}

// 2 + 3 switches if the first philosopher is interrupted late, 3 at the least.
TEST(Fewest, IsFoundFromAnyViolation) {
    const Program program = program_of(test::philosophers(3));
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const CheckOptions random{.strategy = Strategy::random, .seed = seed};
        const Result found = explore(program, random);
        ASSERT_EQ(found.verdict, Verdict::violated);
        properties::Monitors judge(program);
        const Violation fewest = with_fewest_switches(program, judge, first_of(found), random);
        EXPECT_TRUE(fewest.has_fewest_switches);
        EXPECT_EQ(fewest.trace.switches, 3U);
        EXPECT_EQ(fewest.finding.property, Property::deadlock);
    }
}

TEST(Fewest, IsNotProvedWithinTooSmallABudget) {
    const Program program = program_of(test::philosophers(4));
    const Result found = explore(program, {.strategy = Strategy::optimal});
    ASSERT_EQ(found.verdict, Verdict::violated);
    properties::Monitors judge(program);
    const Violation fewest =
        with_fewest_switches(program, judge, first_of(found), {.budget = {.executions = 3}});
    EXPECT_FALSE(fewest.has_fewest_switches);
    EXPECT_EQ(fewest.trace.switches, first_of(found).trace.switches);
}

// What is found if it is explored as it says.
Result explored(const Scenario& scenario, std::optional<Property> wanted = {}) {
    CheckOptions options = options_of(scenario);
    options.wanted = wanted;
    return explore(std::get<Program>(compile(scenario)), options);
}

Smallest smallest_of(const Scenario& scenario, Property property) {
    const CheckOptions options = options_of(scenario);
    for (const Violation& violation : explored(scenario, property).violations) {
        if (violation.finding.property == property) {
            return smallest_that_violates(scenario, violation, monitors, options, 100);
        }
    }
    ADD_FAILURE() << "not violated";
    return {};
}

// A file with that in it is all that is needed to see the violation.
void expect_shown(const Scenario& scenario, Property property) {
    const std::string yaml = yaml_of(scenario);
    const auto again = read_scenario(yaml, "again.yaml");
    ASSERT_TRUE(std::holds_alternative<Scenario>(again)) << yaml;
    const Result result = explored(std::get<Scenario>(again), property);
    ASSERT_EQ(result.verdict, Verdict::violated) << yaml;
    const auto is_it = [&](const Violation& one) { return one.finding.property == property; };
    EXPECT_TRUE(std::any_of(result.violations.begin(), result.violations.end(), is_it)) << yaml;
}

std::size_t steps_of(const Scenario& scenario) {
    std::size_t count = 0;
    for (const TaskSpec& task : scenario.tasks) {
        count += task.steps.size();
    }
    return count;
}

// Of five tasks, two that hold what the other wants are left, and of their steps those that do it.
TEST(Smallest, LeavesOutTasksAndStepsThatDoNotMatter) {
    const Scenario scenario = scenario_of(
        "tasks:\n"
        "  a: [work, {hold: m}, work, {hold: n}, {unhold: n}, {unhold: m}]\n"
        "  b: [{hold: o}, {hold: n}, {hold: m}, {unhold: m}, {unhold: n}, {unhold: o}]\n"
        "  c: [{hold: o}, {unhold: o}]\n"
        "  d: {steps: [{work: 3}], count: 2}\n"
    );
    const Smallest smallest = smallest_of(scenario, Property::deadlock);
    EXPECT_TRUE(smallest.is_minimal);
    ASSERT_EQ(smallest.scenario.tasks.size(), 2U);
    EXPECT_EQ(steps_of(smallest.scenario), 8U) << yaml_of(smallest.scenario);
}

TEST(Smallest, LeavesOutFaultsThatAreNotNeeded) {
    Scenario scenario = scenario_of(
        "tasks:\n"
        "  a: [{hold: m}, {hold: n}, {unhold: n}, {unhold: m}]\n"
        "  b: [{hold: n}, {hold: m}, {unhold: m}, {unhold: n}]\n"
        "explore: {strategy: exhaustive, faults: {raise: 1, cancel: 1}}\n"
    );
    EXPECT_EQ(smallest_of(scenario, Property::deadlock).scenario.explore.faults, Faults{});
}

// The wait of `b` times out only if time can pass while `a` is ready, and then the mutex is left
// held.
TEST(Smallest, KeepsTheTimingsThatAreNeeded) {
    const Scenario scenario = scenario_of(
        "jobs: {j: {concurrency: queue, wait_timeout: 2s}}\n"
        "tasks:\n"
        "  a: [{sleep: 1s}, {call: j, body: [work]}]\n"
        "  b: [{hold: m}, {call: j, body: []}, {unhold: m}]\n"
        "explore: {strategy: exhaustive, time: all}\n"
    );
    const Property property = first_of(explored(scenario)).finding.property;
    const Smallest smallest = smallest_of(scenario, property);
    EXPECT_EQ(smallest.scenario.explore.time, TimeMode::all);
    EXPECT_LT(steps_of(smallest.scenario), steps_of(scenario));
    expect_shown(smallest.scenario, property);
}

// A deadlock that a sleep keeps away as long as time passes only when nobody is ready: without the
// sleep it comes at any time.
TEST(Smallest, LeavesOutTimingsThatAreNotNeeded) {
    const Scenario scenario = scenario_of(
        "tasks:\n"
        "  a: [{hold: m}, work, {hold: n}, {unhold: n}, {unhold: m}]\n"
        "  b: [{sleep: 1s}, {hold: n}, {hold: m}, {unhold: m}, {unhold: n}]\n"
        "explore: {strategy: exhaustive, time: all}\n"
    );
    const Smallest smallest = smallest_of(scenario, Property::deadlock);
    EXPECT_EQ(smallest.scenario.explore.time, TimeMode::fixed);
    expect_shown(smallest.scenario, Property::deadlock);
}

TEST(Smallest, KeepsTheDisciplineThatIsNeeded) {
    const Scenario scenario = scenario_of(
        "jobs: {a: {concurrency: queue, detect_deadlock: false, body: []},"
        " b: {concurrency: queue, detect_deadlock: false, body: []}}\n"
        "tasks: {x: [{call: a, body: [{call: b, body: []}]}], y: [{call: b, body: [{call: a, body: "
        "[]}]}]}\n"
        "explore: {discipline: preemptive}\n"
    );
    const Smallest smallest = smallest_of(scenario, Property::deadlock);
    EXPECT_EQ(smallest.scenario.explore.discipline, Discipline::preemptive);
    expect_shown(smallest.scenario, Property::deadlock);
}

// Every key of `explore`, as it was read.
TEST(Writer, WritesHowToExplore) {
    for (const std::string explore : {
             "{strategy: bounded, bound: 2, stop: never}",
             "{strategy: pct, depth: 4, seed: 7, budget: {executions: 12, seconds: 1.5}}",
             "{discipline: preemptive, faults: {cancel: 1}}",
             "{strategy: random, time: all, faults: {raise: 2}, budget: {seconds: 3}}",
         }) {
        const Scenario scenario = scenario_of("tasks: {a: [work]}\nexplore: " + explore);
        const auto again = read_scenario(yaml_of(scenario), "again.yaml");
        ASSERT_TRUE(std::holds_alternative<Scenario>(again)) << yaml_of(scenario);
        ExploreSpec read = std::get<Scenario>(again).explore;
        read.place = scenario.explore.place;
        EXPECT_EQ(read, scenario.explore) << yaml_of(scenario);
    }
}

TEST(Smallest, KeepsWhatTheViolationNeeds) {
    const Scenario scenario = scenario_of(
        "revision: split\ngroups: [core, other]\n"
        "jobs:\n"
        "  refresh: {concurrency: group_queue, throttle: group_throttle, period: 10s}\n"
        "  idle: {concurrency: queue}\n"
        "tasks:\n"
        "  first: [{call: idle}, {call: refresh@core}, work]\n"
        "  second: [{call: refresh@core}, {call: refresh@core}]\n"
        "  third: [{call: refresh@other}]\n"
    );
    const Smallest smallest = smallest_of(scenario, Property::leak);
    // A call that runs, and one that is throttled and keeps the lock.
    EXPECT_EQ(smallest.scenario.jobs.size(), 1U);
    EXPECT_EQ(smallest.scenario.groups.size(), 1U);
    EXPECT_EQ(steps_of(smallest.scenario), 2U) << yaml_of(smallest.scenario);
}

// What is tried is smaller, valid, and none the same: so it ends.
TEST(Reductions, AreValidAndWrittenAsFilesThatReadBack) {
    const Scenario scenario = scenario_of(
        "groups: [g, h]\n"
        "jobs:\n"
        "  j: {concurrency: group_queue, throttle: rate_limit, period: 5s, max_calls: 2}\n"
        "  k: {concurrency: queue, wait_timeout: 2s, max_waiting: 1, conditions: [c]}\n"
        "tasks:\n"
        "  a: [{hold: m}, {call: j@g, body: [{call: k}, {work: 3}], label: x}, {unhold: m}]\n"
        "  b: [{gather: [{call: j@g}, {call: k}]}, {spawn: {call: k, label: y}}, {join: y}]\n"
        "  c: {steps: [{sleep: 1s}, {cancel: a}], count: 3}\n"
        "explore: {faults: {raise: 1, cancel: 2}}\n"
    );
    const auto smaller = reductions_of(scenario);
    const std::string whole = yaml_of(scenario);
    EXPECT_GT(smaller.size(), 30U);
    for (const Scenario& one : smaller) {
        const std::string yaml = yaml_of(one);
        const auto again = read_scenario(yaml, "test.yaml");
        ASSERT_TRUE(std::holds_alternative<Scenario>(again))
            << std::get<Diagnostic>(again).message << "\n"
            << yaml;
        const auto program = std::get<Program>(compile(one));
        EXPECT_EQ(
            std::get<Program>(compile(std::get<Scenario>(again))).fingerprint, program.fingerprint
        ) << yaml;
        // Shorter, or a number in it is less.
        EXPECT_LT(std::pair(yaml.size(), yaml), std::pair(whole.size(), whole));
    }
}

TEST(Reductions, NeverLeaveAMutexHeld) {
    for (const Scenario& one : reductions_of(
             scenario_of("tasks: {a: [{hold: m}, {hold: n}, work, {unhold: m}, {unhold: n}, work]}")
         )) {
        const Result result = explore(std::get<Program>(compile(one)));
        EXPECT_EQ(result.verdict, Verdict::holds) << yaml_of(one);
    }
}

class Shipped : public testing::TestWithParam<std::string> {};

// Every violation of the library, as it is reported: with the fewest switches, as all executions
// with fewer were run.
TEST_P(Shipped, IsReportedWithTheFewestSwitches) {
    const auto read = read_scenario_file(GetParam());
    const auto& scenario = std::get<Scenario>(read);
    const auto program = std::get<Program>(compile(scenario));
    CheckOptions options = options_of(scenario);
    const Result result = explore(program, options);
    ASSERT_EQ(result.verdict, Verdict::violated);
    for (const Violation& violation : result.violations) {
        properties::Monitors judge(program);
        const Violation fewest = with_fewest_switches(program, judge, violation, options);
        EXPECT_TRUE(fewest.has_fewest_switches);
        // The oracle: of all executions, the one with the fewest switches.
        options.strategy = Strategy::exhaustive;
        options.stop = Stop::never;
        const Result all = explore(program, options);
        ASSERT_TRUE(all.is_complete);
        const auto same =
            std::find_if(all.violations.begin(), all.violations.end(), [&](const Violation& other) {
                return other.finding.property == violation.finding.property;
            });
        ASSERT_NE(same, all.violations.end());
        EXPECT_EQ(fewest.trace.switches, same->trace.switches);
    }
}

// As it is printed, and on its own.
TEST_P(Shipped, IsShownByTheSmallestScenario) {
    const auto read = read_scenario_file(GetParam());
    const auto& scenario = std::get<Scenario>(read);
    const Property property = *scenario.expect.violated;
    expect_shown(smallest_of(scenario, property).scenario, property);
}

std::vector<std::string> violated() {
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(INTERLOCK_SOURCE_DIR "/models/scenarios")) {
        const auto read = read_scenario_file(entry.path().string());
        const auto program = compile(std::get<Scenario>(read));
        const bool has_an_end = !std::get<Program>(program).is_endless();
        if (std::get<Scenario>(read).expect.is_violation() && has_an_end) {
            files.push_back(entry.path().string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string name_in(const testing::TestParamInfo<std::string>& info) {
    std::string name = std::filesystem::path(info.param).stem().string();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Violations, Shipped, testing::ValuesIn(violated()), name_in);

}  // namespace
}  // namespace interlock::models
