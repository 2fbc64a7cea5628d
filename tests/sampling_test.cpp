// Executions drawn at random: that each is as likely as it should be, that bugs are found as often
// as is claimed, and that a seed means the same for ever.
#include "core/job/errors.hpp"
#include "models/explorer/pct.hpp"
#include "models/explorer/random.hpp"
#include "models/explorer/selective.hpp"
#include "models/scenario/world.hpp"
#include "models/trace/schedule.hpp"
#include "tests/programs.hpp"
#include "tests/scenarios.hpp"

#include <cmath>
#include <map>

namespace interlock::models {
namespace {

using test::explore;
using test::philosophers;
using test::program_of;

// Who has the turns of each run, as a string.
std::map<std::string, std::uint64_t> interleavings_of(
    const Program& program, Explorer& explorer, std::uint64_t runs
) {
    Scheduler scheduler;
    ScenarioWorld world(program, scheduler);
    Trace trace;
    std::map<std::string, std::uint64_t> counts;
    for (std::uint64_t run = 0; run < runs; ++run) {
        scheduler.run(world, *explorer.next(), trace);
        std::string turns;
        for (const Turn& turn : trace.turns) {
            turns += static_cast<char>('a' + turn.task().value);
        }
        ++counts[turns];
        explorer.learn(trace);
    }
    return counts;
}

// How far `counts` are from all `classes` being equally likely.
double chi_square(
    const std::map<std::string, std::uint64_t>& counts, std::uint64_t classes, std::uint64_t runs
) {
    const double expected = static_cast<double>(runs) / static_cast<double>(classes);
    double sum = expected * static_cast<double>(classes - counts.size());
    for (const auto& [turns, count] : counts) {
        sum += std::pow(static_cast<double>(count) - expected, 2) / expected;
    }
    return sum;
}

constexpr std::uint64_t draws = 20'000;
// Tasks of 3 and 5 turns: 8! / (3! 5!) = 56 interleavings, so 55 degrees of freedom: more than 120
// happens once in a million times.
constexpr const char* three_and_five = "tasks: {a: [{work: 2}], b: [{work: 4}]}";
constexpr double too_far = 120;

TEST(Random, IsUniformOverInterleavings) {
    const Program program = program_of(three_and_five);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        Random random(seed);
        const auto counts = interleavings_of(program, random, draws);
        EXPECT_EQ(counts.size(), 56U);
        EXPECT_LT(chi_square(counts, 56, draws), too_far) << seed;
    }
}

// 7! / (2! 2! 3!) = 210 interleavings of three tasks; 320 of 209 degrees happens once in a million.
TEST(Random, IsUniformOverInterleavingsOfThreeTasks) {
    const Program program = program_of("tasks: {a: [work], b: [work], c: [{work: 2}]}");
    Random random(1);
    const auto counts = interleavings_of(program, random, draws);
    EXPECT_EQ(counts.size(), 210U);
    EXPECT_LT(chi_square(counts, 210, draws), 320);
}

// So the test above would notice an estimate that is wrong: of one turn too many for every task, or
// none at all, which draws each step with equal chance.
TEST(Random, IsNotUniformWithABiasedEstimate) {
    const Program program = program_of(three_and_five);
    Random one_more(
        1,
        {},
        [](std::uint64_t turns, std::uint64_t runs, std::uint64_t taken) noexcept {
            return turns_left(turns, runs, taken) + runs;
        }
    );
    EXPECT_GT(chi_square(interleavings_of(program, one_more, draws), 56, draws), 2 * too_far);
    Random even(1, {}, [](std::uint64_t, std::uint64_t, std::uint64_t) noexcept {
        return std::uint64_t{1};
    });
    EXPECT_GT(chi_square(interleavings_of(program, even, draws), 56, draws), 2 * too_far);
}

// In how many orders n tasks that each take a mutex k times get it: (n k)! / (k!)^n. Of the 2,520
// of the last, a few are rare.
TEST(Random, SeesTheOrdersOfALock) {
    struct Case {
        int tasks;
        int rounds;
        std::uint64_t runs;
        std::uint64_t least;
        std::uint64_t orders;
    };
    for (const Case& one :
         {Case{4, 1, 1'000, 24, 24},
          Case{5, 1, 10'000, 120, 120},
          Case{3, 2, 10'000, 90, 90},
          Case{4, 2, 20'000, 2'400, 2'520}}) {
        const Program program = program_of(test::takers(one.tasks, one.rounds));
        const Result result =
            explore(program, {.strategy = Strategy::random, .budget = {.executions = one.runs}});
        ASSERT_TRUE(result.saturation);
        const Saturation::Seen& orders = result.saturation->orders;
        EXPECT_GE(orders.count, one.least) << one.tasks << " tasks";
        EXPECT_LE(orders.count, one.orders) << one.tasks << " tasks";
        EXPECT_LE(orders.last_new, one.runs);
    }
}

// The first runs of seed 1, in every version and on every machine.
TEST(Random, DrawsTheSameForEver) {
    const Program program = program_of("tasks: {a: [work, work], b: [work, work], c: [work]}");
    std::string schedules;
    properties::Monitors monitors(program);
    test::OnTrace each(monitors, [&](const Trace& trace) {
        schedules += text_of(schedule_of(0, trace)).substr(20) + " ";
    });
    check(program, each, {.strategy = Strategy::random, .budget = {.executions = 4}});
    EXPECT_EQ(schedules, "111022 0122100 1102021 0221100 ");
    schedules.clear();
    check(program, each, {.strategy = Strategy::pct, .budget = {.executions = 4}});
    EXPECT_EQ(schedules, "00022 22000 022111 22111 ");
}

// Who has the turns that touch something shared, of each run, as a string.
std::map<std::string, std::uint64_t> shared_orders_of(const Program& program, Strategy strategy) {
    properties::Monitors monitors(program);
    std::map<std::string, std::uint64_t> counts;
    test::OnTrace each(monitors, [&](const Trace& trace) {
        std::string turns;
        for (const Turn& turn : trace.turns) {
            if (turn.touched.takes != no_mutex || turn.touched.frees != no_mutex) {
                turns += static_cast<char>('a' + turn.task().value);
            }
        }
        ++counts[turns];
    });
    check(
        program, each, {.strategy = strategy, .stop = Stop::never, .budget = {.executions = draws}}
    );
    return counts;
}

// Three tasks take a mutex of their own and give it back, after very different numbers of turns
// that touch nothing: 6! / (2! 2! 2!) = 90 orders of the turns that do. More than 166 of 89 degrees
// happens once in a million times.
TEST(Selective, IsUniformOverOrdersOfTurnsThatTouchSomething) {
    const Program program = program_of(
        "tasks: {a: [{hold: m}, {unhold: m}], b: [{work: 4}, {hold: n}, {unhold: n}], "
        "c: [{work: 12}, {hold: o}, {work: 3}, {unhold: o}]}"
    );
    EXPECT_LT(chi_square(shared_orders_of(program, Strategy::selective), 90, draws), 166);
    EXPECT_GT(chi_square(shared_orders_of(program, Strategy::random), 90, draws), 2 * 166);
}

// Of runs that end in a deadlock.
double rate_of(const Program& program, Strategy strategy) {
    properties::Monitors monitors(program);
    std::uint64_t found = 0;
    test::OnTrace each(monitors, [&](const Trace& trace) {
        found += trace.ending == Ending::deadlock ? 1 : 0;
    });
    check(
        program, each, {.strategy = strategy, .stop = Stop::never, .budget = {.executions = draws}}
    );
    return static_cast<double>(found) / draws;
}

// A deadlock needs both first locks taken before either second one. Selective: of four turns each
// that count, one is first, whose is as good as the other's; then the other's is next with a chance
// of 4 / (3 + 4). Random, of 25 and 5 turns: before the 22nd turn of the first, which takes its
// lock, come two of the other's (C(23, 2) C(6, 3) = 5,060), or one, and another before the 23rd
// (22 · 20 = 440), or none, and then two (20): 5,520 of C(30, 5) = 142,506.
TEST(Selective, FindsWhatOtherTurnsHide) {
    const Program program = program_of(
        "tasks: {a: [{work: 20}, {hold: m}, {hold: n}, {unhold: n}, {unhold: m}], "
        "b: [{hold: n}, {hold: m}, {unhold: m}, {unhold: n}]}"
    );
    EXPECT_NEAR(rate_of(program, Strategy::selective), 4.0 / 7, 0.02);
    EXPECT_NEAR(rate_of(program, Strategy::random), 5'520.0 / 142'506, 0.02);
}

// How many of so many runs violate something, and what was promised for each.
struct Found {
    double rate = 0;
    Guarantee::Pct promised{};
};
Found found_by_pct(const Program& program, std::uint32_t depth, std::uint64_t runs) {
    CheckOptions options{.strategy = Strategy::pct, .stop = Stop::never};
    options.depth = depth;
    options.budget.executions = runs;
    properties::Monitors monitors(program);
    std::uint64_t found = 0;
    class Count final : public Judge {
      public:
        Count(Judge& judge, std::uint64_t& found) : judge_(judge), found_(found) {}
        void judge(const Trace& trace, std::vector<Finding>& findings) override {
            judge_.judge(trace, findings);
            found_ += findings.empty() ? 0 : 1;
        }

      private:
        Judge& judge_;
        std::uint64_t& found_;
    } count(monitors, found);
    const Result result = check(program, count, options);
    return {static_cast<double>(found) / static_cast<double>(runs), *result.guarantee.pct};
}

// A bug of depth 2, one of depth 4 (all but one philosopher are overtaken): found at least as often
// as promised, far from by chance.
TEST(Pct, FindsBugsAsOftenAsItPromises) {
    struct Case {
        int philosophers;
        std::uint32_t depth;
    };
    for (const Case& one : {Case{2, 2}, Case{3, 3}, Case{4, 4}}) {
        const Program program = program_of(philosophers(one.philosophers));
        const Found found = found_by_pct(program, one.depth, draws);
        EXPECT_EQ(found.promised.n, static_cast<std::uint32_t>(one.philosophers));
        EXPECT_GE(found.promised.runs, draws / 2);
        EXPECT_GE(found.rate, found.promised.p) << one.philosophers;
    }
}

// Without a change point nobody is overtaken: a bug of depth 2 is out of reach of depth 1.
TEST(Pct, DoesNotFindWhatIsDeeper) {
    EXPECT_EQ(found_by_pct(program_of(philosophers(2)), 1, 2000).rate, 0);
}

// Of depth 1: whoever comes first, its throttled second call keeps the lock. However deep the bugs
// are that are looked for, and however short the runs.
TEST(Pct, FindsShallowBugsWhileItLooksForDeepOnes) {
    const Program program = program_of(
        "revision: split\ngroups: [g]\n"
        "jobs: {j: {concurrency: group_queue, throttle: group_throttle, period: 10s}}\n"
        "tasks: {a: [{call: j@g}, work], b: [{call: j@g}, {call: j@g}]}"
    );
    for (std::uint32_t depth = 1; depth <= 6; ++depth) {
        EXPECT_GT(found_by_pct(program, depth, 200).rate, 0.1) << depth;
    }
}

TEST(Portfolio, IsCompleteWhenItsBoundedSearchIs) {
    const Program program =
        program_of("jobs: {j: {concurrency: queue}}\ntasks: {many: {steps: [{call: j}], count: 3}}"
        );
    const Result all = explore(program);
    const Result result = explore(program, {.strategy = Strategy::portfolio, .stop = Stop::never});
    EXPECT_EQ(result.verdict, Verdict::holds);
    EXPECT_EQ(result.outcomes, all.outcomes);
    EXPECT_GE(result.executions, all.executions);
    EXPECT_TRUE(result.guarantee.pct);
}

// 24 classes of four tasks on one mutex (tests/optimal_test.cpp); nothing new for a long time.
TEST(Saturation, SaysWhenTheLastNewThingCame) {
    const Program program = program_of(test::takers(4, 1));
    const Result result =
        explore(program, {.strategy = Strategy::random, .budget = {.executions = 2000}});
    ASSERT_TRUE(result.saturation);
    EXPECT_EQ(result.saturation->classes.count, 24U);
    EXPECT_EQ(result.saturation->orders.count, 24U);
    EXPECT_GE(result.saturation->classes.last_new, 24U);
    EXPECT_LT(result.saturation->classes.last_new, 1000U);
    EXPECT_EQ(result.saturation->turns_least, 12U);  // 4 times start, hold, unhold
    EXPECT_EQ(result.saturation->turns_most, 12U);
    EXPECT_EQ(result.saturation->too_long, 0U);
}

// Task 0 asks again and again whether task 1 is done, which takes it five turns.
class Polling final : public World {
  public:
    explicit Polling(Scheduler& scheduler, bool is_ever_done = true)
        : scheduler_(scheduler), is_ever_done_(is_ever_done) {}

    [[nodiscard]] std::size_t task_count() const noexcept override { return 2; }
    void begin(Trace& /*trace*/) override { is_done_ = false; }
    void run(TaskId task) noexcept override {
        try {
            if (task.value == 0 || !is_ever_done_) {
                while (!is_done_) {
                    scheduler_.suspend();
                }
            } else {
                for (int i = 0; i < 5; ++i) {
                    scheduler_.suspend();
                }
                is_done_ = true;
            }
        } catch (const Cancelled&) {  // unwound, as an execution was too long
            return;
        }
    }
    void end() override {}
    void discard() noexcept override {}

  private:
    Scheduler& scheduler_;
    bool is_ever_done_;
    bool is_done_ = false;
};

class Lenient final : public Judge {
    void judge(const Trace& /*trace*/, std::vector<Finding>& /*findings*/) override {}
};

Result of_polling(Strategy strategy, std::uint32_t steps_max, const Budget& budget = {}) {
    Scheduler scheduler({.steps_max = steps_max});
    Polling polling(scheduler);
    Lenient judge;
    return check(scheduler, polling, judge, {.strategy = strategy, .budget = budget});
}

TEST(Fairness, ABodyThatPollsDoesNotLookLikeLivelock) {
    for (const Strategy strategy : {Strategy::random, Strategy::pct, Strategy::portfolio}) {
        const Result result = of_polling(strategy, 1000, {.executions = 500});
        EXPECT_EQ(result.executions, 500U) << name_of(strategy);
        EXPECT_EQ(result.saturation->too_long, 0U) << name_of(strategy);
        EXPECT_GT(result.saturation->classes.count, 5U) << name_of(strategy);
    }
}

// There, bounded's execution is always too long, a few of the others' are.
TEST(Fairness, ABodyThatPollsDoesNotHoldUpAPortfolio) {
    const Result result = of_polling(Strategy::portfolio, 50, {.executions = 300});
    EXPECT_EQ(result.executions, 300U);
    EXPECT_GE(result.saturation->too_long, 100U);
    EXPECT_LT(result.saturation->too_long, 200U);
}

// Who polls gives way after a hundred turns, so the first execution ends.
TEST(Fairness, ABodyThatPollsGivesWayInASearchByBounds) {
    const Result result = of_polling(Strategy::bounded, 1000, {.executions = 1});
    EXPECT_EQ(result.why, "the budget of 1 executions is used up");
    EXPECT_EQ(result.saturation->too_long, 0U);
    EXPECT_GT(result.saturation->turns_most, 100U);
}

// There, whoever polls does so for ever in the first execution. That search gave up, and violates
// nothing.
TEST(Fairness, ABodyThatPollsIsNotTakenForOneThatHangs) {
    for (const Strategy strategy : {Strategy::exhaustive, Strategy::optimal}) {
        const Result result = of_polling(strategy, 1000);
        EXPECT_EQ(result.verdict, Verdict::gave_up) << name_of(strategy);
        EXPECT_EQ(result.why, "an execution took more than 1000 steps") << name_of(strategy);
    }
}

// A search that was to run everything, and could not, says how much new it still found.
TEST(Saturation, IsSaidOfEverySearchThatGivesUp) {
    const Program program = program_of(test::takers(4, 1));
    for (const Strategy strategy :
         {Strategy::exhaustive, Strategy::optimal, Strategy::stateful, Strategy::bounded}) {
        CheckOptions options{.strategy = strategy, .stop = Stop::never};
        options.budget.executions = 3;
        const Result result = test::explore(program, options);
        ASSERT_EQ(result.verdict, Verdict::gave_up) << name_of(strategy);
        ASSERT_TRUE(result.saturation) << name_of(strategy);
        EXPECT_GE(result.saturation->orders.count, 1U) << name_of(strategy);
        EXPECT_LE(result.saturation->orders.last_new, 3U) << name_of(strategy);
        EXPECT_EQ(result.saturation->turns_most, 12U) << name_of(strategy);
        options.budget.executions = 1'000'000;
        EXPECT_FALSE(test::explore(program, options).saturation) << name_of(strategy);
    }
}

// One never ends if the other is first. It is not learnt from, and others are drawn after it.
class HangingAtTimes final : public World {
  public:
    explicit HangingAtTimes(Scheduler& scheduler) : scheduler_(scheduler) {}

    [[nodiscard]] std::size_t task_count() const noexcept override { return 2; }
    void begin(Trace& /*trace*/) override { is_late_ = false; }
    void run(TaskId task) noexcept override {
        try {
            while (task.value == 0 && is_late_) {
                scheduler_.suspend();
            }
            is_late_ = true;
        } catch (const Cancelled&) {  // unwound, as an execution was too long
            return;
        }
    }
    void end() override {}
    void discard() noexcept override {}

  private:
    Scheduler& scheduler_;
    bool is_late_ = false;
};

TEST(Fairness, ARunThatNeverEndsIsNotDrawnForEver) {
    for (const Strategy strategy : {Strategy::random, Strategy::selective, Strategy::pct}) {
        Scheduler scheduler({.steps_max = 1000});
        HangingAtTimes world(scheduler);
        Lenient judge;
        CheckOptions options{.strategy = strategy, .stop = Stop::never};
        options.budget.executions = 100;
        const Result result = check(scheduler, world, judge, options);
        EXPECT_GT(result.saturation->too_long, 20U) << name_of(strategy);
        EXPECT_LT(result.saturation->too_long, 80U) << name_of(strategy);
    }
}

// Nobody ever is: every execution is cut off, and that is said.
TEST(Fairness, LivelockIsCounted) {
    Scheduler scheduler({.steps_max = 1000});
    Polling polling(scheduler, false);
    Lenient judge;
    const Result result = check(
        scheduler,
        polling,
        judge,
        {.strategy = Strategy::random, .stop = Stop::never, .budget = {.executions = 20}}
    );
    EXPECT_EQ(result.saturation->too_long, 20U);
    EXPECT_EQ(result.saturation->turns_most, 1000U);
}

}  // namespace
}  // namespace interlock::models
