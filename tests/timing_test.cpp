// Every timing: which outcomes there are, how many executions show them, and that their times mean
// the same every time.
#include "models/scenario/world.hpp"
#include "models/trace/schedule.hpp"
#include "tests/scenarios.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::program_of;

using Outcomes = std::set<std::vector<std::uint8_t>>;

Result explore_timings(const Program& program, Strategy strategy = Strategy::exhaustive) {
    CheckOptions options;
    options.strategy = strategy;
    options.stop = Stop::never;
    options.time = TimeMode::all;
    Result result = test::explore(program, options);
    EXPECT_TRUE(result.is_complete) << result.why;
    return result;
}

std::uint64_t executions_of(const std::string& yaml) {
    const Result result = explore_timings(program_of(yaml));
    EXPECT_EQ(result.verdict, Verdict::holds);
    return result.executions;
}

// One task that makes these calls, each of the job of that name, one after the other.
std::string in_turn(std::string_view calls) {
    std::string task = "tasks: {a: [";
    for (const char job : calls) {
        task += std::string("{call: ") + job + ", catch: true}, ";
    }
    return task + "]}";
}

std::string rate_limit(std::uint32_t max_calls) {
    return "jobs: {x: {throttle: rate_limit, period: 1s, max_calls: " + std::to_string(max_calls) +
           ", body: []}}\n";
}

const std::string throttle = "jobs: {x: {throttle: throttle, period: 1s, body: []}}\n";

// After the first, each call is skipped or passes: 2^(n-1).
TEST(Timing, OfCallsOfAThrottle) {
    std::uint64_t expected = 1;
    for (std::size_t n = 1; n <= 8; ++n, expected *= 2) {
        EXPECT_EQ(executions_of(throttle + in_turn(std::string(n, 'x'))), expected);
    }
}

// Of a window that may hold two, a call looks at the two starts in it once there are two: none, one
// or both have left it. Let f(n) be the executions of n more calls after two starts. None: refused,
// f(n-1). One: starts, and there are two again, f(n-1). Both: starts alone, the next call starts
// without a question, f(n-2). So f(n) = 2 f(n-1) + f(n-2), with f(0) = 1 and f(1) = 3.
TEST(Timing, OfCallsOfAWindowOfTwo) {
    const std::vector<std::uint64_t> expected{1, 1, 3, 7, 17, 41, 99, 239};
    for (std::size_t n = 1; n <= expected.size(); ++n) {
        EXPECT_EQ(executions_of(rate_limit(2) + in_turn(std::string(n, 'x'))), expected[n - 1]);
    }
}

// The same of three: f(n) = 2 f(n-1) + f(n-2) + f(n-3), with f(0) = 1, f(1) = 4, f(2) = 10: after
// one start that is alone two follow without a question.
TEST(Timing, OfCallsOfAWindowOfThree) {
    const std::vector<std::uint64_t> expected{1, 1, 1, 4, 10, 25, 64, 163};
    for (std::size_t n = 1; n <= expected.size(); ++n) {
        EXPECT_EQ(executions_of(rate_limit(3) + in_turn(std::string(n, 'x'))), expected[n - 1]);
    }
}

// The orders of n tasks of one call, times what n calls in turn come to.
TEST(Timing, OfTasksOfOneCall) {
    const auto tasks = [](std::size_t n) {
        return "tasks: {many: {steps: [{call: x, catch: true}], count: " + std::to_string(n) + "}}";
    };
    const std::vector<std::uint64_t> of_throttle{1, 4, 24, 192};
    const std::vector<std::uint64_t> of_window{1, 2, 18, 168};
    for (std::size_t n = 1; n <= 4; ++n) {
        EXPECT_EQ(executions_of(throttle + tasks(n)), of_throttle[n - 1]);
        EXPECT_EQ(executions_of(rate_limit(2) + tasks(n)), of_window[n - 1]);
    }
}

Program of_two_throttles(std::string_view calls, Duration of_x, Duration of_y) {
    Program program = program_of(
        "jobs: {x: {throttle: throttle, period: 1s, body: []},"
        " y: {throttle: throttle, period: 1s, body: []}}\n" +
        in_turn(calls)
    );
    program.jobs[0].policy.period = of_x;
    program.jobs[1].policy.period = of_y;
    return program;
}

// Several periods; bounds_test.cpp has these counts from nothing but the constraints. In periods of
// a nanosecond there is no time between.
TEST(Timing, OfTwoThrottlesIsExactForRealTimes) {
    using std::chrono::nanoseconds;
    const auto count = [](std::string_view calls, Duration of_x, Duration of_y) {
        const Result result = explore_timings(of_two_throttles(calls, of_x, of_y));
        EXPECT_EQ(result.verdict, Verdict::holds);
        EXPECT_EQ(result.outcomes.size(), result.executions);
        return result.executions;
    };
    for (const Duration unit : {nanoseconds(8), nanoseconds(1000), nanoseconds(10'000'000'000)}) {
        EXPECT_EQ(count("xyxxy", unit, unit), 7U);
        EXPECT_EQ(count("xyxyxyxy", unit, unit), 44U);
        EXPECT_EQ(count("xyxyxyxy", 2 * unit, 3 * unit), 51U);
        EXPECT_EQ(count("xyxyxyxy", 3 * unit, 5 * unit), 51U);
        EXPECT_EQ(count("xyxyxyxy", unit, 2 * unit), 51U);
        EXPECT_EQ(count("xyxyxyxy", unit, 3 * unit), 52U);
    }
    EXPECT_EQ(count("xyxxy", nanoseconds(1), nanoseconds(1)), 6U);
    EXPECT_EQ(count("xyxyxyxy", nanoseconds(2), nanoseconds(3)), 50U);
}

// A sleep takes as long as it says, or longer: so the second start may be skipped only if the sleep
// may end within the period.
TEST(Timing, OfASleepIsNoShorter) {
    const auto second_calls = [](const std::string& sleep) {
        std::set<std::uint8_t> codes;
        const Program program =
            program_of(throttle + "tasks: {a: [{call: x}, {sleep: " + sleep + "}, {call: x}]}");
        for (const auto& outcome : explore_timings(program).outcomes) {
            codes.insert(outcome[1]);
        }
        return codes;
    };
    EXPECT_EQ(second_calls("1s"), std::set{code_of(Status::ran)});
    EXPECT_EQ(second_calls("999ms"), (std::set{code_of(Status::ran), code_of(Status::throttled)}));
}

// The holder may end before or after the wait is over, at any distance; time that passes is the
// same for everybody: who has waited for a second has seen the other's period of half a second end.
TEST(Timing, OfAWaitThatEnds) {
    const Program program = program_of(
        "jobs: {j: {concurrency: queue, wait_timeout: 1s},"
        " x: {throttle: throttle, period: 500ms, body: []}}\n"
        "tasks: {a: [{call: j}], b: [{call: x}, {call: j, catch: true}, {call: x}]}"
    );
    const Result result = explore_timings(program);
    EXPECT_EQ(result.verdict, Verdict::holds);
    std::set<std::pair<std::uint8_t, std::uint8_t>> of_b;
    for (const auto& outcome : result.outcomes) {
        if (outcome[0] == code_of(Status::ran)) {
            of_b.emplace(outcome[2], outcome[3]);
        }
    }
    const auto ran = code_of(Status::ran);
    const std::set<std::pair<std::uint8_t, std::uint8_t>> expected{
        {ran, ran}, {ran, code_of(Status::throttled)}, {code_of(Status::timed_out), ran}};
    EXPECT_EQ(of_b, expected);
}

// All outcomes of `program`, whose sleeps take no time, if each of them takes any number of ticks
// up to `ticks_max` instead, and time passes nowhere else.
Outcomes tick_by_tick(Program program, std::int64_t ticks_max) {
    std::vector<Operation*> sleeps;
    for (Operation& operation : program.operations) {
        if (operation.kind == Operation::Kind::sleep) {
            sleeps.push_back(&operation);
        }
    }
    Scheduler scheduler;
    properties::Monitors monitors(program);
    Outcomes outcomes;
    while (true) {
        ScenarioWorld world(program, scheduler);
        const Result result = check(scheduler, world, monitors, {.stop = Stop::never});
        EXPECT_EQ(result.verdict, Verdict::holds);
        outcomes.insert(result.outcomes.begin(), result.outcomes.end());
        std::size_t place = 0;
        while (place < sleeps.size() && sleeps[place]->duration.count() == ticks_max) {
            sleeps[place++]->duration = {};
        }
        if (place == sleeps.size()) {
            return outcomes;
        }
        ++sleeps[place]->duration;
    }
}

// Some jobs, and one task that calls them four times, or two that do so three times in all; each
// time after a sleep.
std::string some_calls() {
    using rc::gen::inRange;
    std::string yaml = "groups: [g]\njobs:\n";
    const int jobs = *inRange(1, 3);
    for (int job = 0; job < jobs; ++job) {
        static const std::vector<std::string> modes{
            "throttle", "rate_limit", "group_throttle", "group_rate_limit"};
        std::string const mode = modes[static_cast<std::size_t>(*inRange(0, 4))];
        yaml += "  j" + std::to_string(job) + ": {throttle: " + mode +
                ", period: " + std::to_string(*inRange(1, 3)) + "us";
        if (mode.ends_with("limit")) {
            yaml += ", max_calls: " + std::to_string(*inRange(1, 3));
        }
        yaml += *rc::gen::arbitrary<bool>() ? ", concurrency: queue" : "";
        yaml += *rc::gen::arbitrary<bool>() ? ", throttle_counts: success" : "";
        yaml += std::string(", body: ") + (*inRange(0, 3) == 0 ? "[work]" : "[]") + "}\n";
    }
    yaml += "tasks:\n";
    const bool is_one = *rc::gen::arbitrary<bool>();
    for (int task = 0; task < (is_one ? 1 : 2); ++task) {
        const int calls = is_one ? 4 : task == 0 ? 2 : 1;
        yaml += "  t" + std::to_string(task) + ": [";
        for (int i = 0; i < calls; ++i) {
            yaml +=
                "{sleep: 1us}, {call: j" + std::to_string(*inRange(0, jobs)) + "@g, catch: true}, ";
        }
        yaml += "]\n";
    }
    return yaml;
}

// Periods of one or two units, in units of four ticks: enough for the four looks at the clock that
// there are. Then sleeps of any number of ticks come to all that any timing comes to.
RC_GTEST_PROP(Timing, HasTheOutcomesOfAllDelays, ()) {
    std::string const yaml = some_calls();
    RC_LOG() << yaml;
    Program program = program_of(yaml);
    for (ProgramJob& job : program.jobs) {
        *job.policy.period /= 250;  // a microsecond is four ticks, of one nanosecond
    }
    for (Operation& operation : program.operations) {
        operation.duration = {};
    }
    // Between two looks it never takes longer than a period of eight ticks to come to anything
    // else.
    std::int64_t const ticks_max = program.tasks.size() == 1 ? 8 : 16;
    RC_ASSERT(explore_timings(program).outcomes == tick_by_tick(program, ticks_max));
}

// The schedule has the times; what is run again is the same in every event, with its time.
TEST(Timing, IsReplayedFromItsSchedule) {
    const Program program = program_of(
        "groups: [g]\n"
        "jobs: {x: {throttle: throttle, period: 3s, body: []},"
        " y: {concurrency: queue, wait_timeout: 1s, throttle: rate_limit, period: 2s, max_calls: "
        "1}}\n"
        "tasks: {a: [{call: x}, {call: y, catch: true}], b: [{sleep: 1s}, {call: x},"
        " {call: y, catch: true}]}"
    );
    properties::Monitors monitors(program);
    std::vector<Trace> traces;
    test::OnTrace all(monitors, [&](const Trace& trace) { traces.push_back(trace); });
    const Result result = check(program, all, {.stop = Stop::never, .time = TimeMode::all});
    EXPECT_EQ(result.verdict, Verdict::holds);
    EXPECT_GT(traces.size(), 50U);
    std::set<std::string> texts;
    for (const Trace& trace : traces) {
        std::string const text = text_of(schedule_of(program.fingerprint, trace));
        texts.insert(text);
        std::string problem;
        const auto schedule = schedule_from(text, problem);
        ASSERT_TRUE(schedule) << problem;
        bool is_same = false;
        test::OnTrace one(monitors, [&](const Trace& again) {
            is_same = again.events == trace.events && again.outcomes == trace.outcomes &&
                      text_of(schedule_of(program.fingerprint, again)) == text;
        });
        CheckOptions replay;
        replay.strategy = Strategy::replay;
        replay.time = TimeMode::all;
        replay.schedule = schedule->choices;
        replay.times = schedule->times;
        check(program, one, replay);
        ASSERT_TRUE(is_same) << text;
    }
    EXPECT_EQ(texts.size(), traces.size());
}

TEST(Timing, OfAScheduleThatCannotBeIsBroken) {
    const Program program =
        program_of(throttle + "tasks: {a: [{call: x}, {sleep: 1s}, {call: x}]}");
    CheckOptions replay;
    replay.strategy = Strategy::replay;
    replay.time = TimeMode::all;
    replay.times = {0, 0, 999'999'999, 999'999'999};  // the sleep is too short
    EXPECT_EQ(test::explore(program, replay).verdict, Verdict::broken);
    replay.times = {0, 5, 1'000'000'005, 1'000'000'004};  // time goes back
    EXPECT_EQ(test::explore(program, replay).verdict, Verdict::broken);
    replay.times = {0, 5, 1'000'000'005, 1'000'000'005};
    EXPECT_EQ(test::explore(program, replay).verdict, Verdict::holds);
}

class Drawn : public testing::TestWithParam<Strategy> {};

// All of them, and nothing else.
TEST_P(Drawn, FindsTheOutcomesOfAllTimings) {
    const std::string of_all_kinds =
        "jobs:\n"
        "  x: {concurrency: queue, wait_timeout: 2s, body: [work]}\n"
        "  y: {throttle: rate_limit, period: 5s, max_calls: 2, body: []}\n"
        "tasks:\n"
        "  a: [{call: x, catch: true}, {call: y}]\n"
        "  b: [{sleep: 1s}, {call: x, catch: true}, {call: y}]\n"
        "  c: [{call: y}]\n";
    for (const Program& program :
         {of_two_throttles("xyxyxy", Duration(2000), Duration(3000)), program_of(of_all_kinds)}) {
        CheckOptions options{.strategy = GetParam(), .stop = Stop::never, .time = TimeMode::all};
        options.budget.executions = 4000;
        const auto all = explore_timings(program).outcomes;
        EXPECT_GE(all.size(), 10U);
        const Result result = test::explore(program, options);
        EXPECT_EQ(result.outcomes, all);
        EXPECT_FALSE(result.guarantee.pct.has_value());
    }
}

INSTANTIATE_TEST_SUITE_P(
    Strategies,
    Drawn,
    testing::Values(Strategy::random, Strategy::selective, Strategy::pct),
    [](const auto& strategy) { return std::string(name_of(strategy.param)); }
);

// A job that starts a period after its last start, or if it never did; if `passes` says no other.
class Toy final : public World, public Judge {
  public:
    using Passes = bool (*)(std::int64_t last_ns, std::int64_t now_ns);

    Toy(Scheduler& scheduler, Passes passes, std::string_view calls)
        : scheduler_(scheduler), passes_(passes), calls_(calls) {}

    static constexpr std::int64_t period_ns = 1000;
    static constexpr std::int64_t never = -1;

    [[nodiscard]] TimeRules time_rules() const override {
        TimeRules rules;
        for (const char job : calls_) {
            rules.push_back(
                {.throttle = static_cast<std::uint16_t>(job - 'x'), .period_ns = period_ns}
            );
        }
        return rules;
    }

    [[nodiscard]] std::size_t task_count() const noexcept override { return 1; }
    void begin(Trace& trace) override {
        trace_ = &trace;
        last_ = {never, never};
    }
    void run(TaskId /*task*/) noexcept override {
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            std::int64_t& last = last_.at(static_cast<std::size_t>(calls_[i] - 'x'));
            add(EventKind::arrived, i);
            std::int64_t const now = scheduler_.clock().now().time_since_epoch().count();
            const bool passes = passes_(last, now);
            add(passes ? EventKind::started : EventKind::throttled, i);
            is_wrong_ = is_wrong_ || (last != never && passes != (now - last >= period_ns));
            last = passes ? now : last;
        }
    }
    void end() override {}
    void discard() noexcept override {}

    void judge(const Trace& /*trace*/, std::vector<Finding>& findings) override {
        if (std::exchange(is_wrong_, false)) {
            findings.push_back({.property = Property::throttle_spacing});
        }
    }

  private:
    void add(EventKind kind, std::size_t call) {
        trace_->events.push_back(
            {.at_ns = scheduler_.instant().at_ns,
             .step = scheduler_.instant().step,
             .call = static_cast<std::uint32_t>(call + 1),
             .site = static_cast<std::uint16_t>(call),
             .kind = kind}
        );
    }

    Scheduler& scheduler_;
    Passes passes_;
    std::string_view calls_;
    Trace* trace_ = nullptr;
    std::array<std::int64_t, 2> last_{};
    bool is_wrong_ = false;
};

Result explore_toy(
    Toy::Passes passes, std::string_view calls, Strategy strategy = Strategy::exhaustive
) {
    Scheduler scheduler;
    Toy toy(scheduler, passes, calls);
    CheckOptions options{.strategy = strategy, .stop = Stop::never};
    options.time = TimeMode::all;
    return check(scheduler, toy, toy, options);
}

bool passes_as_it_should(std::int64_t last_ns, std::int64_t now_ns) {
    return last_ns == Toy::never || now_ns - last_ns >= Toy::period_ns;
}

// What is wrong by a nanosecond, on either side of the boundary, is seen.
class Boundary : public testing::TestWithParam<Strategy> {};

TEST_P(Boundary, OfAPeriodIsSeen) {
    const auto verdict = [](Toy::Passes passes) {
        return explore_toy(passes, "xx", GetParam()).verdict;
    };
    EXPECT_EQ(verdict(&passes_as_it_should), Verdict::holds);
    EXPECT_EQ(
        verdict([](std::int64_t last, std::int64_t now) {
            return last == Toy::never || now - last > Toy::period_ns;
        }),
        Verdict::violated
    );
    EXPECT_EQ(
        verdict([](std::int64_t last, std::int64_t now) {
            return last == Toy::never || now - last >= Toy::period_ns - 1;
        }),
        Verdict::violated
    );
    EXPECT_EQ(verdict([](std::int64_t, std::int64_t) { return true; }), Verdict::violated);
}

INSTANTIATE_TEST_SUITE_P(
    Timing,
    Boundary,
    testing::Values(Strategy::exhaustive, Strategy::optimal),
    [](const auto& of) { return std::string(name_of(of.param)); }
);

// Who decides by something else than whether a period is over comes to different things at times
// that are taken to be the same; where an execution is run again with other times, that is seen.
TEST(Timing, IsBrokenWhereTheTimeDecidesInOtherWays) {
    const Result good = explore_toy(&passes_as_it_should, "xyxxy");
    EXPECT_EQ(good.verdict, Verdict::holds);
    EXPECT_EQ(good.executions, 7U);
    const Result odd = explore_toy(
        [](std::int64_t last, std::int64_t now) {
            return passes_as_it_should(last, now) && (last != Toy::never || now % 2 == 0);
        },
        "xyxxy"
    );
    EXPECT_EQ(odd.verdict, Verdict::broken);
    EXPECT_NE(odd.why.find("another way"), std::string::npos) << odd.why;
}

}  // namespace
}  // namespace interlock::models
