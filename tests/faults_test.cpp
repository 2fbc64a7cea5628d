// Faults: errors and cancellations that no scenario writes down, at every suspension.
#include "models/check.hpp"
#include "models/scenario/reader.hpp"
#include "models/scenario/world.hpp"
#include "models/trace/schedule.hpp"
#include "properties/monitors.hpp"
#include "tests/scenarios.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock::models {
namespace {

using test::program_of;
using ::testing::UnorderedElementsAre;

Result explore(const Program& program, Faults faults) {
    properties::Monitors monitors(program);
    return check(program, monitors, {.stop = Stop::never, .faults = faults});
}

// The outcomes of the calls of a scenario with one call.
std::set<std::string> outcomes_of(const Result& result) {
    std::set<std::string> outcomes;
    for (const auto& codes : result.outcomes) {
        outcomes.emplace(name_of_outcome(codes.front()));
    }
    return outcomes;
}

std::string const one_call = "jobs: {j: {}}\ntasks: {a: [{call: j}]}";

// One suspension, in the body: it goes on, or it raises.
TEST(Faults, RaiseAtEachSuspensionOfABody) {
    const Result result = explore(program_of(one_call), {.raise = 1});
    EXPECT_EQ(result.executions, 2U);
    EXPECT_THAT(outcomes_of(result), UnorderedElementsAre("ran", "failed"));
}

TEST(Faults, CancelAtEachSuspension) {
    const Result result = explore(program_of(one_call), {.cancel = 1});
    EXPECT_EQ(result.executions, 2U);
    EXPECT_THAT(outcomes_of(result), UnorderedElementsAre("ran", "cancelled"));
}

// Two suspensions of one body: it raises at the first, at the second or never, however many errors
// it might raise, for the first ends it.
TEST(Faults, AreOneABodyThatTheyEnd) {
    const Program program = program_of("jobs: {j: {body: [work, work]}}\ntasks: {a: [{call: j}]}");
    EXPECT_EQ(explore(program, {.raise = 1}).executions, 3U);
    EXPECT_EQ(explore(program, {.raise = 5}).executions, 3U);
}

// Two calls that catch: each may raise, but not both while only one fault is allowed.
TEST(Faults, AreNoMoreThanAllowed) {
    const Program program =
        program_of("jobs: {j: {}}\ntasks: {a: [{call: j, catch: true}, {call: j, catch: true}]}");
    EXPECT_EQ(explore(program, {.raise = 1}).executions, 3U);
    EXPECT_EQ(explore(program, {.raise = 2}).executions, 4U);
}

TEST(Faults, DoNotRaiseOutsideOfBodies) {
    EXPECT_EQ(explore(program_of("tasks: {a: [work, {sleep: 1s}]}"), {.raise = 1}).executions, 1U);
}

// Searches for an execution in which a task is cancelled just after an event of `kind` of its call
// and before it resumed.
bool cancels_after(EventKind kind) {
    const Program program =
        program_of("jobs: {j: {concurrency: queue}}\ntasks: {many: {steps: [{call: j}], count: 2}}"
        );
    properties::Monitors monitors(program);
    bool is_found = false;
    test::OnTrace all(monitors, [&](const Trace& trace) {
        for (std::size_t i = 0; i < trace.events.size(); ++i) {
            const TraceEvent& event = trace.events[i];
            if (event.kind != EventKind::cancel_sent) {
                continue;
            }
            const auto last = std::find_if(
                trace.events.rend() - static_cast<std::ptrdiff_t>(i),
                trace.events.rend(),
                [&](const TraceEvent& before) {
                    return before.site != no_site && program.sites[before.site].task == event.task;
                }
            );
            is_found = is_found || (last != trace.events.rend() && last->kind == kind);
        }
    });
    EXPECT_EQ(
        check(program, all, {.stop = Stop::never, .faults = {.cancel = 1}}).verdict, Verdict::holds
    );
    return is_found;
}

TEST(Faults, CancelWhileACallWaits) {
    EXPECT_TRUE(cancels_after(EventKind::queued));
}

TEST(Faults, CancelBetweenHandOverAndResumption) {
    EXPECT_TRUE(cancels_after(EventKind::granted));
}

// What only an error at the right place shows: a body that does not give back what it holds.
TEST(Faults, FindABodyThatKeepsAMutexWhenItFails) {
    const Program program = program_of(
        "jobs: {j: {body: [{hold: m}, work, {unhold: m}]}}\ntasks: {a: [{call: j, catch: true}]}"
    );
    EXPECT_EQ(explore(program, {}).verdict, Verdict::holds);
    const Result result = explore(program, {.raise = 1});
    ASSERT_EQ(result.verdict, Verdict::violated);
    EXPECT_EQ(result.violations.front().finding.property, Property::leak);
}

TEST(Faults, AreReplayedByTheSchedule) {
    const Program program =
        program_of("jobs: {j: {concurrency: queue}}\ntasks: {many: {steps: [{call: j}], count: 2}}"
        );
    properties::Monitors monitors(program);
    std::vector<Trace> traces;
    test::OnTrace all(monitors, [&](const Trace& trace) { traces.push_back(trace); });
    check(program, all, {.stop = Stop::never, .faults = {.raise = 1, .cancel = 1}});
    ASSERT_GT(traces.size(), 20U);
    for (const Trace& trace : traces) {
        std::string problem;
        const auto schedule =
            schedule_from(text_of(schedule_of(program.fingerprint, trace)), problem);
        ASSERT_TRUE(schedule) << problem;
        bool is_same = false;
        test::OnTrace one(monitors, [&](const Trace& again) {
            is_same = again.events == trace.events && again.outcomes == trace.outcomes;
        });
        CheckOptions replay;
        replay.strategy = Strategy::replay;
        replay.schedule = schedule->choices;
        replay.faults = schedule->faults;
        check(program, one, replay);
        EXPECT_TRUE(is_same) << text_of(*schedule);
    }
}

TEST(Faults, AreAmongTheStepsOfARandomSearch) {
    const Program program = program_of(one_call);
    properties::Monitors monitors(program);
    CheckOptions options{.strategy = Strategy::random, .stop = Stop::never, .faults = {1, 1}};
    options.budget.executions = 200;
    EXPECT_THAT(
        outcomes_of(check(program, monitors, options)),
        UnorderedElementsAre("ran", "failed", "cancelled")
    );
}

TEST(Faults, OfAScheduleMustBeNumbers) {
    for (const char* const faults : {"r", "r1", "c1", "r1c", "rc1", "r1c1x", "x"}) {
        std::string problem;
        EXPECT_FALSE(schedule_from("v1:0123456789abcdef:" + std::string(faults) + ":01", problem))
            << faults;
        EXPECT_THAT(problem, ::testing::HasSubstr("faults"));
    }
}

// Every shipped scenario that holds on the core holds as well when a body fails and a task is
// cancelled anywhere; but for those with plain mutexes, which nobody gives back then.
class Shipped : public ::testing::TestWithParam<std::string> {};

std::vector<std::string> shipped() {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(INTERLOCK_SOURCE_DIR "/models/scenarios")) {
        const auto scenario = read_scenario_file(entry.path());
        const auto* const read = std::get_if<Scenario>(&scenario);
        if (read == nullptr || read->revision != "interlock" || read->expect.is_violation()) {
            continue;
        }
        const auto program = compile(*read);
        if (std::get<Program>(program).mutex_locks.empty() &&
            !std::get<Program>(program).is_endless()) {
            names.push_back(entry.path().stem());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

TEST_P(Shipped, HoldsUnderFaults) {
    const auto scenario =
        read_scenario_file(INTERLOCK_SOURCE_DIR "/models/scenarios/" + GetParam() + ".yaml");
    const auto program = std::get<Program>(compile(std::get<Scenario>(scenario)));
    properties::Monitors monitors(program);
    CheckOptions options{.strategy = Strategy::optimal, .faults = {.raise = 1, .cancel = 1}};
    options.budget = {.executions = 5'000'000, .seconds = 300};
    const Result result = check(program, monitors, options);
    EXPECT_EQ(result.verdict, Verdict::holds) << result.why;
    for (const Violation& violation : result.violations) {
        ADD_FAILURE() << name_of(violation.finding.property) << " under schedule "
                      << text_of(schedule_of(program.fingerprint, violation.trace));
    }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Shipped, ::testing::ValuesIn(shipped()), [](const auto& name) {
    std::string plain = name.param;
    std::replace(plain.begin(), plain.end(), '-', '_');
    return plain;
});

}  // namespace
}  // namespace interlock::models
