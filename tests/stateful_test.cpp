// The strategy stateful: it finds what running every execution finds. Counts have their derivation.
#include "models/revisions/revision.hpp"
#include "models/scenario/writer.hpp"
#include "models/trace/schedule.hpp"
#include "properties/generators.hpp"
#include "properties/laws_main.hpp"
#include "tests/futures.hpp"
#include "tests/scenarios.hpp"

#include <filesystem>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using properties::Ingredients;
using test::program_of;

constexpr std::uint64_t executions_max = 5'000;

CheckOptions options_for(Strategy strategy, Faults faults = {}) {
    CheckOptions options;
    options.strategy = strategy;
    options.stop = Stop::never;
    options.budget.executions = executions_max;
    options.faults = faults;
    return options;
}

std::set<Property> violated(const Result& result) {
    std::set<Property> properties;
    for (const Violation& violation : result.violations) {
        properties.insert(violation.finding.property);
    }
    return properties;
}

std::string list_of(const std::set<Property>& properties) {
    std::string list;
    for (const Property property : properties) {
        list += " " + std::string(name_of(property));
    }
    return list.empty() ? " nothing" : list;
}

// Empty if stateful finds on `program` what exhaustive finds, or else optimal; or both take too
// long to tell.
std::string difference(const Program& program, Faults faults = {}) {
    Result all = test::explore(program, options_for(Strategy::exhaustive, faults));
    const bool is_small = all.is_complete;
    if (!is_small) {
        all = test::explore(program, options_for(Strategy::optimal, faults));
    }
    if (!all.is_complete) {
        return {};
    }
    const Result found = test::explore(program, options_for(Strategy::stateful, faults));
    if (found.verdict == Verdict::broken) {
        return "broken: " + found.why;
    }
    if (!found.is_complete) {  // there may be more states than classes
        return is_small ? "more executions than there are" : "";
    }
    if (violated(found) != violated(all)) {
        return "violated:" + list_of(violated(found)) + " instead of" + list_of(violated(all));
    }
    if (found.outcomes != all.outcomes) {
        return std::to_string(found.outcomes.size()) + " outcomes instead of " +
               std::to_string(all.outcomes.size());
    }
    return {};
}

// Whether two prefixes of executions that are in the same state, apart from `dropped` parts of it,
// can be continued to the same.
bool have_equal_futures(const Program& program, Faults faults, std::uint32_t dropped = 0) {
    constexpr std::uint64_t few = 2'000;
    return test::Futures(program, faults, State(dropped)).are_equal(few);
}

void expect_no_difference(const Scenario& scenario, Faults faults = {}) {
    const auto program = compile(scenario);
    const auto* compiled = std::get_if<Program>(&program);
    RC_CLASSIFY(compiled == nullptr, "not for this revision");
    if (compiled == nullptr) {
        return;
    }
    std::string const problem = difference(*compiled, faults);
    if (!problem.empty()) {
        RC_FAIL(problem);
    }
    if (!have_equal_futures(*compiled, faults)) {
        RC_FAIL("equal states have different futures");
    }
}

constexpr Ingredients of_the_reference{
    .raises = true, .cancels = true, .sleeps = true, .holds = true, .orders_locks = false};

RC_GTEST_PROP(Stateful, FindsWhatExhaustiveFinds, ()) {
    expect_no_difference(*properties::scenarios(properties::all_but_forks));
}

RC_GTEST_PROP(Stateful, FindsWhatExhaustiveFindsWhereSeveralTasksDoTheSame, ()) {
    Scenario scenario = *properties::scenarios(properties::all_but_forks);
    for (TaskSpec& task : scenario.tasks) {
        task.count = *rc::gen::inRange(1U, 3U);
    }
    expect_no_difference(scenario);
}

RC_GTEST_PROP(Stateful, FindsWhatExhaustiveFindsOfTheReference, ()) {
    Scenario scenario = *properties::scenarios(of_the_reference);
    scenario.revision = *rc::gen::element<std::string>("split", "guarded", "merged", "head");
    scenario.tasks.front().count = *rc::gen::inRange(1U, 3U);
    expect_no_difference(scenario);
}

RC_GTEST_PROP(Stateful, FindsWhatExhaustiveFindsUnderFaults, ()) {
    Scenario scenario = *properties::scenarios(properties::all_but_forks);
    scenario.revision = *rc::gen::element<std::string>("interlock", "interlock", "split", "head");
    const Faults faults{*rc::gen::inRange(0U, 2U), *rc::gen::inRange(0U, 2U)};
    expect_no_difference(scenario, faults);
}

RC_GTEST_PROP(Stateful, FindsWhatExhaustiveFindsInTheDisciplinePreemptive, ()) {
    const bool forks = *rc::gen::arbitrary<bool>();
    Scenario scenario =
        *properties::scenarios(forks ? properties::all_but_holds : properties::all_but_forks);
    scenario.explore.discipline = Discipline::preemptive;
    scenario.tasks.back().count = *rc::gen::inRange(1U, 3U);
    const Faults faults{*rc::gen::inRange(0U, 2U), *rc::gen::inRange(0U, 2U)};
    expect_no_difference(scenario, faults);
}

// Makes some calls of a scenario in tasks of their own, as a recipe says.
class Parents {
  public:
    explicit Parents(std::vector<std::uint8_t> recipe) : recipe_(std::move(recipe)) {}

    void change(Scenario& scenario) {
        for (TaskSpec& task : scenario.tasks) {
            change(task.steps);
        }
        for (TaskSpec& task : scenario.tasks) {
            redirect(task.steps);
        }
    }

  private:
    std::size_t next(std::size_t count) {
        return position_ < recipe_.size() ? recipe_[position_++] % count : 0;
    }

    void change(Steps& steps) {
        Steps changed;
        for (Step& step : steps) {
            auto* const call = std::get_if<CallStep>(&step.what);
            if (call == nullptr) {
                changed.push_back(std::move(step));
                continue;
            }
            if (call->body) {
                change(*call->body);
            }
            const std::size_t how = next(5);
            if (how < 2 || made_ == children_max) {
                changed.push_back(std::move(step));
            } else if (how == 2) {
                CallStep other = *call;
                other.body.reset();
                changed.push_back(
                    {{}, GatherStep{{{{}, std::move(*call)}, {{}, std::move(other)}}, next(2) == 1}}
                );
                made_ += 2;
            } else {
                call->label = "c" + std::to_string(made_++);
                std::string const label = call->label;
                changed.push_back({{}, SpawnStep{{{}, std::move(*call)}, how == 4}});
                if (next(2) == 1) {
                    changed.push_back({{}, JoinStep{label}});
                }
                labels_.push_back(label);
            }
        }
        steps = std::move(changed);
    }

    // Some cancellations are of children.
    void redirect(Steps& steps) {
        for (Step& step : steps) {
            if (auto* const cancel = std::get_if<CancelStep>(&step.what)) {
                const std::size_t whom = next(1 + labels_.size());
                cancel->target = whom == 0 ? cancel->target : labels_[whom - 1];
            }
            auto* const call = std::get_if<CallStep>(&step.what);
            if (call != nullptr && call->body) {
                redirect(*call->body);
            }
        }
    }

    static constexpr std::size_t children_max = 4;

    std::vector<std::uint8_t> recipe_;
    std::vector<std::string> labels_;
    std::size_t position_ = 0;
    std::size_t made_ = 0;
};

RC_GTEST_PROP(Stateful, FindsWhatExhaustiveFindsWhereTasksStartTasks, ()) {
    Scenario scenario = *properties::scenarios(properties::all_but_forks);
    scenario.revision = *rc::gen::element<std::string>("interlock", "interlock", "split", "head");
    Parents(*rc::gen::container<std::vector<std::uint8_t>>(12, rc::gen::arbitrary<std::uint8_t>()))
        .change(scenario);
    const Faults faults{0, *rc::gen::inRange(0U, 2U)};
    expect_no_difference(scenario, faults);
}

TEST(Stateful, FindsWhatExhaustiveFindsOfEveryShippedScenarioOnEveryRevision) {
    for (const char* const folder : {"/models/scenarios", "/models/history"}) {
        for (const auto& file :
             std::filesystem::directory_iterator(std::string(INTERLOCK_SOURCE_DIR) + folder)) {
            auto scenario = std::get<Scenario>(read_scenario_file(file.path().string()));
            for (const Revision& revision : revisions()) {
                scenario.revision = revision.name;
                const auto program = compile(scenario);
                const auto* compiled = std::get_if<Program>(&program);
                if (compiled != nullptr && !compiled->is_endless()) {
                    EXPECT_EQ(difference(*compiled, scenario.explore.faults), "")
                        << file.path() << " on " << revision.name;
                }
            }
        }
    }
}

// How many states there are, at the end of which something may still happen.
std::uint64_t states_of(const std::string& yaml) {
    const Result result = test::explore(program_of(yaml), options_for(Strategy::stateful));
    EXPECT_TRUE(result.is_complete);
    return result.guarantee.states.value_or(0);
}

std::string copies(std::size_t count, const std::string& steps) {
    return "tasks: {many: {steps: [" + steps + "], count: " + std::to_string(count) + "}}";
}

// u tasks have yet to begin, d are done. Nobody holds the lock: u + d = N with u > 0, N states. One
// is in its body and q wait: u + q + d = N - 1, N (N + 1) / 2 states. The lock has been handed to
// one that has yet to resume, by one that is done: the same with d > 0, N (N - 1) / 2. N^2 + N.
TEST(StatefulCounts, TasksOnAQueue) {
    for (std::size_t const n : {1U, 2U, 3U, 7U, 30U}) {
        const std::string calls = copies(n, "{call: j}");
        EXPECT_EQ(states_of("jobs: {j: {concurrency: queue}}\n" + calls), n * n + n);
    }
}

// Call by call of the core. Nobody holds the lock: N states, as above. One has it, and q wait:
// u + q + d = N - 1. It found it free and has yet to go on, or is about to give it back: twice
// N (N + 1) / 2. Or it was handed over, d > 0: N (N - 1) / 2. In all 3 N (N + 1) / 2.
TEST(StatefulCounts, TasksOnAQueueInTheDisciplinePreemptive) {
    for (std::size_t const n : {1U, 2U, 3U, 7U, 30U}) {
        EXPECT_EQ(
            states_of(
                "explore: {discipline: preemptive}\n"
                "jobs: {j: {concurrency: queue, body: []}}\n" +
                copies(n, "{call: j}")
            ),
            3 * n * (n + 1) / 2
        );
    }
}

// The same of a group's lock.
TEST(StatefulCounts, TasksOnAGroup) {
    const std::string calls = copies(24, "{call: j@g}");
    EXPECT_EQ(states_of("groups: [g]\njobs: {j: {concurrency: group_queue}}\n" + calls), 600U);
}

// w tasks want the mutex. Nobody holds it: u + w + d = N with d < N. One holds it: u + w + d =
// N - 1. (N + 1) (N + 2) / 2 - 1 + N (N + 1) / 2 = N^2 + 2 N.
TEST(StatefulCounts, TasksThatHoldAMutex) {
    for (std::size_t const n : {1U, 2U, 3U, 9U}) {
        EXPECT_EQ(states_of(copies(n, "{hold: m}, {unhold: m}")), n * n + 2 * n);
    }
}

// r ran and x were refused, u = N - r - x have yet to begin. Nobody holds the lock: u > 0, and
// somebody ran if somebody was refused, N (N + 1) / 2 - (N - 1). One is in its body: u + r + x =
// N - 1, N (N + 1) / 2. N^2 + 1.
TEST(StatefulCounts, TasksThatAreRefused) {
    for (std::size_t const n : {1U, 2U, 3U, 9U}) {
        const std::string calls = copies(n, "{call: j}");
        EXPECT_EQ(states_of("jobs: {j: {concurrency: reject}}\n" + calls), n * n + 1);
    }
}

// Any of them, but not none: 2^N - 1 outcomes.
TEST(Stateful, KnowsTheOutcomesOfTasksThatItExchanged) {
    const Program program =
        program_of("jobs: {j: {concurrency: reject}}\n" + copies(9, "{call: j}"));
    const Result result = test::explore(program, options_for(Strategy::stateful));
    EXPECT_EQ(result.outcomes.size(), 511U);
    EXPECT_TRUE(result.has_all_outcomes);
}

TEST(Stateful, SaysWhereOutcomesAreTooManyToExchangeTasks) {
    const Program program =
        program_of("jobs: {j: {concurrency: reject}}\n" + copies(30, "{call: j}"));
    const Result result = test::explore(program, options_for(Strategy::stateful));
    EXPECT_TRUE(result.is_complete);
    EXPECT_FALSE(result.has_all_outcomes);
}

// A copy that a step names is not like the others, nor is one that names others.
TEST(Stateful, TellsTasksApartThatAreNamed) {
    const std::string jobs = "jobs: {j: {concurrency: reject}}\n";
    EXPECT_EQ(
        difference(program_of(
            jobs + "tasks: {many: {steps: [{call: j}], count: 2}, b: [{cancel: many#2}]}"
        )),
        ""
    );
    EXPECT_EQ(difference(program_of(jobs + copies(2, "{call: j}, {cancel: many}"))), "");
}

TEST(Stateful, FindsADeadlockAndAScheduleThatReplaysIt) {
    const Program program = program_of(
        "tasks:\n"
        "  a: [{hold: x}, {hold: y}, {unhold: y}, {unhold: x}]\n"
        "  b: [{hold: y}, {hold: x}, {unhold: x}, {unhold: y}]"
    );
    CheckOptions options = options_for(Strategy::stateful);
    options.stop = Stop::first;
    const Result found = test::explore(program, options);
    ASSERT_EQ(found.violations.size(), 1U);
    CheckOptions replay;
    replay.strategy = Strategy::replay;
    replay.schedule = choices_of(found.violations.front().trace);
    const Result again = test::explore(program, replay);
    ASSERT_EQ(again.violations.size(), 1U);
    EXPECT_EQ(again.violations.front().finding.property, Property::deadlock);
    EXPECT_EQ(again.violations.front().trace.events, found.violations.front().trace.events);
}

TEST(Stateful, GivesUpWhenTheBudgetIsUsedUp) {
    CheckOptions options = options_for(Strategy::stateful);
    options.budget.executions = 10;
    const Result result = test::explore(program_of(copies(9, "{hold: m}, {unhold: m}")), options);
    EXPECT_EQ(result.verdict, Verdict::gave_up);
    EXPECT_FALSE(result.is_complete);
}

// Each part of the state, with a scenario in which states differ by nothing else.
struct Dropped {
    Part part;
    std::string yaml;
    Faults faults{};
};

std::vector<Dropped> dropped_parts() {
    const std::string jobs =
        "groups: [g]\n"
        "jobs:\n"
        "  free: {}\n"
        "  one: {concurrency: reject}\n"
        "  rare: {throttle: throttle, period: 6s}\n"
        "  line: {concurrency: group_queue}\n"
        "  rare_line: {concurrency: group_queue, throttle: throttle, period: 6s}\n"
        "  asks: {conditions: [on]}\n"
        "tasks:\n";
    return {
        // The condition is yet to change, and change back, or has done so.
        {Part::position,
         jobs + "  a: [work, {set: {on: false}}, work, {set: {on: true}}, work]\n"
                "  b: [{call: asks}]"},
        // The same of a task that has not begun, or is over.
        {Part::turn,
         jobs + "  a: [{set: {on: false}}, work, {set: {on: true}}]\n  b: [{call: asks}]"},
        // Who was cancelled has yet to hear of it.
        {Part::stop, jobs + "  a: [{call: free}]\n  b: [{call: free}]", {.cancel = 1}},
        // Who was refused.
        {Part::outcome, jobs + "  a: [{call: one}]\n  b: [{call: one}]\n  c: [{sleep: 1s}]"},
        // Who is the first of those that wait: the other is throttled.
        {Part::lock,
         jobs + "  a: [{call: rare_line@g}]\n  b: [{call: rare_line@g}]\n  c: [{call: line@g}]"},
        // When it started: 7 s or 5 s before it is called again.
        {Part::throttle,
         jobs + "  a: [{hold: m}, {call: rare, body: []}, {unhold: m}]\n"
                "  b: [{hold: m}, {sleep: 2s}, {unhold: m}]\n"
                "  c: [{sleep: 7s}, {call: rare}]"},
        // Which was set last.
        {Part::condition,
         jobs + "  a: [{set: {on: true}}]\n  b: [{set: {on: false}}]\n"
                "  c: [{sleep: 1s}, {call: asks}]"},
        // Whether it was taken by one that was cancelled, and never gives it back.
        {Part::mutex,
         jobs + "  a: [{hold: m}, work]\n  b: [{cancel: a}]\n"
                "  c: [{sleep: 1s}, {hold: m}, {call: free}, {unhold: m}]"},
        // Who wakes first, in 2 s or 3 s, or in 2.5 s.
        {Part::time,
         jobs + "  a: [{hold: m}, {unhold: m}, {sleep: 3s}, {call: rare}]\n"
                "  b: [{hold: m}, {sleep: 1s}, {unhold: m}]\n"
                "  c: [{sleep: 3500ms}, {call: rare}]"},
        // Whether there was a fault already.
        {Part::fault, jobs + "  a: [work]\n  b: [{sleep: 1s}, {call: free}]", {.cancel = 1}},
        // Which child ended first, by an error or as cancelled.
        {Part::child,
         "revision: head\n"
         "jobs: {j: {}, k: {}}\n"
         "tasks:\n"
         "  a: [{call: j, body: [{gather: [{call: k, label: x, body: [work, {raise: Broken}]},"
         " {call: k, label: w}]}], catch: true}]\n"
         "  b: [{cancel: w}]"},
        // It has the lock; or it was not cancelled then, and is about to look at the throttle.
        {Part::pause,
         "explore: {discipline: preemptive}\n"
         "jobs: {j: {concurrency: queue, throttle: throttle, period: 5s, body: []}}\n"
         "tasks:\n  a: [{call: j}]\n  b: [{cancel: a}]"},
    };
}

TEST(State, EveryPartIsMissedWhenItIsDropped) {
    std::set<Part> parts;
    for (const Dropped& dropped : dropped_parts()) {
        const Program program = program_of(dropped.yaml);
        const auto part = static_cast<int>(dropped.part);
        EXPECT_TRUE(have_equal_futures(program, dropped.faults)) << part;
        EXPECT_FALSE(have_equal_futures(program, dropped.faults, State::bit(dropped.part))) << part;
        parts.insert(dropped.part);
    }
    EXPECT_EQ(parts.size(), parts_count);
}

}  // namespace
}  // namespace interlock::models

int main(int argc, char** argv) {
    return interlock::properties::run_with_laws(argc, argv, "seed=1 max_success=100");
}
