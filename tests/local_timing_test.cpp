// The strategy optimal with every timing: one execution of each class that some timing has, and no
// other. Counts have their derivation.
#include "models/time/local_timing.hpp"

#include "models/explorer/random.hpp"
#include "models/scenario/world.hpp"
#include "models/time/timing.hpp"
#include "properties/generators.hpp"
#include "properties/laws_main.hpp"
#include "tests/classes.hpp"
#include "tests/scenarios.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::Follow;
using test::program_of;

constexpr std::uint64_t executions_max = 4'000;

using Outcomes = std::set<std::vector<std::uint8_t>>;

struct Classes {
    std::set<std::uint64_t> labelled;  // with how the looks at the clock came out
    std::set<std::uint64_t> plain;     // with what came of that
    Outcomes outcomes;
    std::uint64_t executions = 0;
    std::uint64_t impossible = 0;
    std::uint64_t blocked = 0;
    bool is_complete = true;

    void add(Trace trace) {
        ++executions;
        if (!trace.outcomes.empty()) {
            outcomes.insert(trace.outcomes);
        }
        for (TraceEvent& event : trace.events) {
            event.at_ns = 0;
            event.retry_after_ns = 0;
        }
        labelled.insert(foata_of(trace));
        for (Turn& turn : trace.turns) {
            turn.chosen.looks = 0;
        }
        plain.insert(foata_of(trace));
    }
};

// By an explorer, where times are ordered along happens-before only.
Classes by_local_times(const Program& program, Explorer& explorer, Faults faults) {
    Scheduler scheduler;
    ScenarioWorld world(program, scheduler);
    LocalTiming timing(world.time_rules());
    Trace trace;
    Follow follow;
    Classes classes;
    while (auto plan = explorer.next()) {
        if (classes.executions + classes.impossible == executions_max) {
            classes.is_complete = false;
            break;
        }
        follow.start(*plan);
        plan->faults = faults;
        plan->timing = &timing;
        plan->guide = plan->guide == nullptr ? &follow : plan->guide;
        scheduler.run(world, *plan, trace);
        if (timing.problem() == "a turn looks at the clock too often") {
            classes.is_complete = false;  // for what a schedule can say: a check is broken off
            break;
        }
        EXPECT_EQ(timing.problem(), "");
        if (!plan->is_probe) {
            if (timing.timed()) {
                classes.add(trace);
            } else {
                ++classes.impossible;
            }
        }
        explorer.learn(trace);
    }
    classes.blocked = explorer.blocked();
    return classes;
}

// By brute force over all orders of turns, where each moment comes after the one before.
Classes by_all_times(const Program& program, Faults faults) {
    Scheduler scheduler;
    ScenarioWorld world(program, scheduler);
    Timing timing(world.time_rules());
    Exhaustive exhaustive;
    Trace trace;
    Follow follow;
    Classes classes;
    while (auto plan = exhaustive.next()) {
        if (classes.executions == executions_max) {
            classes.is_complete = false;
            break;
        }
        follow.start(*plan);
        plan->faults = faults;
        plan->timing = &timing;
        plan->guide = &follow;
        scheduler.run(world, *plan, trace);
        std::vector<Choice> chosen;
        while (timing.is_stale()) {
            chosen.clear();
            for (const ChoicePoint& point : trace.choices) {
                chosen.push_back(point.chosen);
            }
            // It was cut before all was chosen that the plan says.
            const bool is_short = chosen.size() < plan->prefix.size();
            Plan again{.prefix = is_short ? plan->prefix : chosen, .faults = faults};
            follow.start(again);
            again.timing = &timing;
            again.guide = &follow;
            scheduler.run(world, again, trace);
        }
        classes.add(trace);
        exhaustive.learn(trace);
    }
    return classes;
}

template <class T>
bool is_part(const std::set<T>& part, const std::set<T>& whole) {
    return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

// What is wrong with what optimal finds; empty if it does what it promises. Where there are too
// many executions to run them all, it is at least to have come to the classes of the first ones and
// of some drawn by chance. If there are too many classes as well, nobody can tell.
std::string difference_of(const Classes& found, const Program& program, Faults faults) {
    Exhaustive exhaustive;
    const Classes all = by_all_times(program, faults);
    Classes local = by_local_times(program, exhaustive, faults);
    const bool is_all = all.is_complete && local.is_complete;
    if (!found.is_complete) {
        return is_all ? "more executions than there are" : "";
    }
    if (!local.is_complete) {
        Random random(1, faults);
        local.labelled.merge(by_local_times(program, random, faults).labelled);
    }
    const auto count = [](std::uint64_t n) { return std::to_string(n); };
    if (is_all ? found.labelled != local.labelled : !is_part(local.labelled, found.labelled)) {
        return count(found.labelled.size()) + " classes of " + count(local.labelled.size());
    }
    if (found.executions != found.labelled.size() || found.blocked != 0) {
        return count(found.executions) + " executions for " + count(found.labelled.size()) +
               " classes, " + count(found.blocked) + " blocked";
    }
    if (is_all ? found.outcomes != all.outcomes : !is_part(all.outcomes, found.outcomes)) {
        return count(found.outcomes.size()) + " outcomes of " + count(all.outcomes.size());
    }
    if (is_all ? found.plain != all.plain : !is_part(all.plain, found.plain)) {
        return count(found.plain.size()) + " normal forms of " + count(all.plain.size());
    }
    CheckOptions options{.strategy = Strategy::optimal, .stop = Stop::never, .faults = faults};
    options.time = TimeMode::all;
    const Result result = test::explore(program, options);
    if (result.verdict == Verdict::broken) {
        return "broken: " + result.why;
    }
    if (result.executions != found.executions || result.outcomes != found.outcomes) {
        return count(result.executions) + " executions by check";
    }
    return {};
}

std::string difference(const Program& program, Dependence dependence = &depend) {
    Optimal optimal(dependence);
    return difference_of(by_local_times(program, optimal, {}), program, {});
}

void expect_no_difference(const Program& program, Faults faults = {}) {
    Optimal optimal;
    const Classes found = by_local_times(program, optimal, faults);
    RC_CLASSIFY(found.executions > 1, "several classes");
    RC_CLASSIFY(found.executions > 50, "more than 50");
    RC_CLASSIFY(found.impossible > 0, "some that are impossible");
    std::string const problem = difference_of(found, program, faults);
    if (!problem.empty()) {
        RC_FAIL(problem);
    }
}

// Some jobs with throttles, and tasks that call them and sleep.
std::string some_calls() {
    using rc::gen::inRange;
    std::string yaml = "groups: [g]\njobs:\n";
    const int jobs = *inRange(1, 4);
    for (int job = 0; job < jobs; ++job) {
        static const std::vector<std::string> modes{
            "throttle", "rate_limit", "throttle", "group_throttle", "none"};
        static const std::vector<std::string> locks{
            "none", "none", "queue", "reject", "group_queue"};
        std::string const mode = modes[static_cast<std::size_t>(*inRange(0, 5))];
        yaml += "  j" + std::to_string(job) + ": {throttle: " + mode;
        if (mode == "group_throttle") {
            yaml += ", period: 2s";
        } else if (mode != "none") {
            yaml += ", period: " + std::to_string(*inRange(1, 4)) + "s";
        }
        if (mode == "rate_limit") {
            yaml += ", max_calls: " + std::to_string(*inRange(1, 3));
        }
        yaml += ", concurrency: " + locks[static_cast<std::size_t>(*inRange(0, 5))];
        yaml += std::string(", body: ") + (*inRange(0, 3) == 0 ? "[work]" : "[]") + "}\n";
    }
    yaml += "tasks:\n";
    const int tasks = *inRange(1, 4);
    for (int task = 0; task < tasks; ++task) {
        yaml += "  t" + std::to_string(task) + ": [";
        const int steps = *inRange(1, tasks == 1 ? 7 : 5);
        for (int i = 0; i < steps; ++i) {
            switch (*inRange(0, 5)) {
                case 0:
                    yaml += "work, ";
                    break;
                case 1:
                    yaml += "{sleep: " + std::to_string(*inRange(1, 4)) + "s}, ";
                    break;
                default:
                    yaml += "{call: j" + std::to_string(*inRange(0, jobs)) + "@g, catch: true}, ";
            }
        }
        yaml += "]\n";
    }
    return yaml;
}

RC_GTEST_PROP(LocalTiming, RunsEachClassThatIsPossibleOnce, ()) {
    std::string const yaml = some_calls();
    RC_LOG() << yaml;
    const Program program = program_of(yaml);
    if (LocalTiming::problem_of(time_rules_of(program)).empty()) {
        expect_no_difference(program);
    }
}

RC_GTEST_PROP(LocalTiming, RunsEachClassOnceWhateverGoesWrong, ()) {
    std::string const yaml = some_calls();
    RC_LOG() << yaml;
    const Program program = program_of(yaml);
    if (LocalTiming::problem_of(time_rules_of(program)).empty()) {
        expect_no_difference(program, {*rc::gen::inRange(0U, 2U), *rc::gen::inRange(0U, 2U)});
    }
}

RC_GTEST_PROP(LocalTiming, RunsEachClassOnceOfScenariosOfAllKinds, ()) {
    Scenario scenario = *properties::scenarios(
        {.raises = true,
         .cancels = true,
         .sleeps = true,
         .holds = true,
         .forks = *rc::gen::arbitrary<bool>(),
         .orders_locks = false}
    );
    for (JobSpec& job : scenario.jobs) {
        job.policy.throttle_counts = ThrottleCounts::start;
    }
    const auto program = compile(scenario);
    const auto* compiled = std::get_if<Program>(&program);
    if (compiled == nullptr || !LocalTiming::problem_of(time_rules_of(*compiled)).empty()) {
        return;
    }
    expect_no_difference(*compiled);
}

std::set<Property> violated(const Result& result) {
    std::set<Property> properties;
    for (const Violation& violation : result.violations) {
        properties.insert(violation.finding.property);
    }
    return properties;
}

TEST(LocalTiming, FindsWhatExhaustiveFindsInEveryShippedScenario) {
    std::size_t compared = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(INTERLOCK_SOURCE_DIR "/models/scenarios")) {
        Scenario scenario = std::get<Scenario>(read_scenario_file(file.path().string()));
        scenario.explore.time = TimeMode::all;
        scenario.explore.strategy = Strategy::optimal;
        const auto compiled = compile(scenario);
        const auto* program = std::get_if<Program>(&compiled);
        if (program == nullptr || !problem_of(scenario.explore, *program).empty()) {
            continue;  // of the reference, or with timeouts
        }
        CheckOptions options = options_of(scenario);
        options.stop = Stop::never;
        options.budget.executions = executions_max;
        const Result optimal = test::explore(*program, options);
        options.strategy = Strategy::exhaustive;
        const Result all = test::explore(*program, options);
        if (all.is_complete) {
            EXPECT_EQ(optimal.verdict, all.verdict) << file.path() << optimal.why;
            EXPECT_EQ(violated(optimal), violated(all)) << file.path();
            EXPECT_EQ(optimal.outcomes, all.outcomes) << file.path();
            EXPECT_LE(optimal.executions, all.executions) << file.path();
            ++compared;
        }
    }
    EXPECT_GT(compared, 40U);
}

TEST(LocalTiming, SaysWhatItDoesNotCover) {
    const auto problem = [](const std::string& jobs) {
        Scenario scenario =
            test::scenario_of("groups: [g]\njobs: {" + jobs + "}\ntasks: {a: [{call: j@g}]}");
        scenario.explore.time = TimeMode::all;
        return problem_of(scenario.explore, std::get<Program>(compile(scenario)));
    };
    EXPECT_EQ(problem("j: {throttle: throttle, period: 1s}"), "");
    EXPECT_NE(
        problem("j: {concurrency: queue, wait_timeout: 1s}").find("wait_timeout"), std::string::npos
    );
    EXPECT_NE(
        problem("j: {throttle: throttle, period: 1s, throttle_counts: success}").find("success"),
        std::string::npos
    );
    EXPECT_NE(
        problem("j: {throttle: group_throttle, period: 1s, body: [{call: k@g}]},"
                " k: {throttle: group_throttle, period: 2s}")
            .find("several periods"),
        std::string::npos
    );
}

std::uint64_t executions_of(const std::string& yaml) {
    const Result result = test::explore(
        program_of(yaml),
        {.strategy = Strategy::optimal, .stop = Stop::never, .time = TimeMode::all}
    );
    EXPECT_EQ(result.verdict, Verdict::holds) << result.why;
    EXPECT_EQ(result.blocked, 0U);
    return result.executions;
}

std::string copies(std::size_t count, const std::string& steps) {
    return "tasks: {many: {steps: [" + steps + "], count: " + std::to_string(count) + "}}";
}

const std::string throttle = "jobs: {x: {throttle: throttle, period: 1s, body: []}}\n";

const std::string two_throttles =
    "jobs:\n"
    "  x: {throttle: throttle, period: 2s, body: []}\n"
    "  y: {throttle: throttle, period: 3s, body: []}\n";

std::string rate_limit(std::uint32_t max_calls) {
    return "jobs: {x: {throttle: rate_limit, period: 1s, body: [], max_calls: " +
           std::to_string(max_calls) + "}}\n";
}

// Sequences of starts, and each skipped call within the period of one of them, among which the
// skipped are in no order: as calls that are refused without a clock, n! [x^n] 1 / (1 - x e^x). Of
// windows, the N! orders times what N calls in turn come to; less the order of two that are refused
// one after the other, which of four calls are the last two: 4! * 7 - 4! / 2, and 4! * 4.
TEST(LocalTimingCounts, TasksOfOneCall) {
    const std::vector<std::uint64_t> of_throttle{1, 4, 21, 148};
    const std::vector<std::uint64_t> of_window{1, 2, 18, 156};
    const std::vector<std::uint64_t> of_window_of_three{1, 2, 6, 96};
    for (std::size_t n = 1; n <= 4; ++n) {
        const std::string tasks = copies(n, "{call: x, catch: true}");
        EXPECT_EQ(executions_of(throttle + tasks), of_throttle[n - 1]);
        EXPECT_EQ(executions_of(rate_limit(2) + tasks), of_window[n - 1]);
        EXPECT_EQ(executions_of(rate_limit(3) + tasks), of_window_of_three[n - 1]);
    }
}

// The two throttles have nothing to do with each other: the square of 1, 4 and 21.
TEST(LocalTimingCounts, TasksOfACallOfEachOfTwoThrottles) {
    const std::vector<std::uint64_t> expected{1, 16, 441};
    for (std::size_t n = 1; n <= 3; ++n) {
        const std::string tasks = copies(n, "{call: x, catch: true}, work, {call: y, catch: true}");
        EXPECT_EQ(executions_of(two_throttles + tasks), expected[n - 1]);
    }
}

// What has nothing to do with the clock is not ordered by it.
TEST(LocalTimingCounts, TasksThatShareNoThrottleOnce) {
    EXPECT_EQ(
        executions_of(
            two_throttles + "tasks: {a: [work, {call: x}, work], b: [work, {call: y}, {sleep: 1s}],"
                            " c: [{sleep: 1s}, {sleep: 2s}]}"
        ),
        1U
    );
}

// That calls of a throttle depend on each other, and so do a turn that looks at the clock twice and
// every other one that does.
TEST(LocalTiming, AWrongDependenceIsFound) {
    const Program of_a_throttle = program_of(throttle + copies(2, "{call: x, catch: true}"));
    EXPECT_EQ(difference(of_a_throttle), "");
    EXPECT_NE(
        difference(
            of_a_throttle,
            [](const Footprint& a, const Footprint& b) noexcept { return (a.tasks & b.tasks) != 0; }
        ),
        ""
    );
    const Program of_the_clock = program_of(
        two_throttles +
        "  z: {throttle: throttle, period: 1s, body: []}\n"
        "tasks: {a: [{call: x}, {call: y}], b: [{call: z}]}"
    );
    EXPECT_EQ(difference(of_the_clock), "");
    EXPECT_NE(
        difference(
            of_the_clock,
            [](const Footprint& a, const Footprint& b) noexcept {
                Footprint without = a;
                without.looks &= ~clock_thing;
                without.changes &= ~clock_thing;
                return depend(without, b);
            }
        ),
        ""
    );
}

// Each call after the first is skipped or passes.
TEST(LocalTimingCounts, CallsOfAThrottleInTurn) {
    std::string calls = throttle + "tasks: {a: [{call: x}";
    for (std::uint64_t expected = 1; expected <= 128; expected *= 2) {
        EXPECT_EQ(executions_of(calls + "]}"), expected);
        calls += ", work, {call: x}";
    }
}

}  // namespace
}  // namespace interlock::models

int main(int argc, char** argv) {
    return interlock::properties::run_with_laws(argc, argv, "seed=1 max_success=200");
}
