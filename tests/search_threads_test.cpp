// A search by several threads: whatever their number, the result is the same.
#include "models/explorer/foata.hpp"
#include "models/limits.hpp"
#include "models/units/frontier.hpp"
#include "models/units/merge.hpp"
#include "tests/searches.hpp"

#include <mutex>
#include <set>
#include <stop_token>

#include <gtest/gtest.h>

namespace interlock::models {
namespace {

using test::by_threads;
using test::endless;
using test::executions_max;
using test::explore;
using test::four_on_a_mutex;
using test::program_of;
using test::summary_of;

TEST(Threads, RunEachExecutionOnce) {
    const Program program = program_of(four_on_a_mutex);
    const Result one = by_threads(program, {.stop = Stop::never}, 1);
    EXPECT_EQ(one.executions, 6720U);
    for (std::uint32_t const threads : {2U, 3U, 8U}) {
        EXPECT_EQ(summary_of(by_threads(program, {.stop = Stop::never}, threads)), summary_of(one));
    }
}

// Five calls of a queue: 10! / 6! classes (see optimal_test).
TEST(Threads, RunEachClassOnce) {
    const Program program = program_of(
        "jobs: {j: {concurrency: queue}}\n"
        "tasks: {many: {steps: [{call: j}], count: 5}}"
    );
    const CheckOptions options{.strategy = Strategy::optimal, .stop = Stop::never};
    const Result one = by_threads(program, options, 1);
    EXPECT_EQ(one.executions, 5040U);
    EXPECT_EQ(one.blocked, 0U);
    for (std::uint32_t const threads : {2U, 3U, 8U}) {
        EXPECT_EQ(summary_of(by_threads(program, options, threads)), summary_of(one));
    }
}

TEST(Threads, StopAtTheFirstViolation) {
    const Program program = program_of(
        "tasks: {a: [{work: 4}, {hold: m}, {hold: n}, {unhold: n}, {unhold: m}],"
        " b: [{work: 4}, {hold: n}, {hold: m}, {unhold: m}, {unhold: n}], c: [{work: 4}]}"
    );
    const Result result = by_threads(program, {.stop = Stop::first}, 2);
    EXPECT_EQ(result.verdict, Verdict::violated);
    EXPECT_FALSE(result.is_complete);
    ASSERT_FALSE(result.violations.empty());
    EXPECT_EQ(result.violations.front().finding.property, Property::deadlock);
}

TEST(Threads, RunAsManyExecutionsAsTheBudgetHas) {
    const Program program = program_of(four_on_a_mutex);
    for (std::uint64_t const budget : {1U, 2U, 1000U, 6719U}) {
        const Result result =
            by_threads(program, {.stop = Stop::never, .budget = {.executions = budget}}, 3);
        EXPECT_EQ(result.executions, budget);
        EXPECT_EQ(result.verdict, Verdict::gave_up);
        EXPECT_EQ(result.why, "the budget of " + std::to_string(budget) + " executions is used up");
        EXPECT_FALSE(result.rest.empty());
    }
    const Result result =
        by_threads(program, {.stop = Stop::never, .budget = {.executions = 6720}}, 3);
    EXPECT_EQ(result.executions, 6720U);
    EXPECT_EQ(result.verdict, Verdict::holds);
}

TEST(Threads, EndWhenTheyAreInterrupted) {
    std::stop_source interrupt;
    CheckOptions options{.interrupt = interrupt.get_token()};
    options.on_progress = [&](const Result& so_far) {
        EXPECT_GT(so_far.executions, 0U);
        EXPECT_GT(so_far.explored, 0.0);
        interrupt.request_stop();
    };
    const Result result = by_threads(program_of(endless), options, 2);
    EXPECT_EQ(result.verdict, Verdict::gave_up);
    EXPECT_EQ(result.why, "interrupted");
    EXPECT_FALSE(result.rest.empty());
}

TEST(Threads, EndWhenTimeOrMemoryIsUsedUp) {
    const Program program = program_of(endless);
    for (std::uint32_t const threads : {1U, 2U}) {
        EXPECT_EQ(
            by_threads(program, {.budget = {.executions = 1'000'000'000, .seconds = 0.05}}, threads)
                .why,
            "the budget of 0.05 s is used up"
        );
        ASSERT_GT(resident_bytes(), 1'000'000U);
        EXPECT_EQ(
            by_threads(
                program,
                {.budget = {.executions = 1'000'000'000, .seconds = 60, .memory_bytes = 1'000'000}},
                threads
            )
                .why,
            "the budget of 1 MB of memory is used up"
        );
    }
}

TEST(Threads, EndWhenAnExecutionTakesTooManySteps) {
    const Result result = by_threads(program_of(endless), {.scheduler = {.steps_max = 10}}, 2);
    EXPECT_EQ(result.verdict, Verdict::gave_up);
    EXPECT_EQ(result.why, "an execution took more than 10 steps");
}

// What is left is explored later, and nothing twice.
TEST(Threads, LeaveWhatIsLeft) {
    const Program program = program_of(four_on_a_mutex);
    CheckOptions options{.stop = Stop::never, .budget = {.executions = 1234}};
    Result all = by_threads(program, options, 2);
    Frontier left(all.rest);
    options.budget.executions = executions_max;
    while (!left.is_empty()) {
        options.start = left.take_next();
        Result part = explore(program, options);
        left.put_back(options.start, part.rest);
        merge(all, std::move(part));
    }
    all.is_complete = true;
    conclude(all);
    EXPECT_EQ(summary_of(all), summary_of(explore(program)));
}

// Notes the lock orders of all executions, whichever thread runs them.
class Noting final : public Judge {
  public:
    struct Orders {
        std::mutex mutex;
        std::set<std::uint64_t> all;
    };

    Noting(Orders& orders) : orders_(orders) {}

    void judge(const Trace& trace, std::vector<Finding>& /*findings*/) override {
        std::lock_guard const lock(orders_.mutex);
        orders_.all.insert(lock_orders_of(trace));
    }

  private:
    Orders& orders_;
};

// By any number of threads: what any of them saw, once.
TEST(Saturation, IsSaidOfWhatAllThreadsSaw) {
    const Program program = program_of(four_on_a_mutex);
    for (const Strategy strategy : {Strategy::exhaustive, Strategy::optimal}) {
        for (std::uint64_t const budget : {20U, 700U, 4000U}) {
            for (std::uint32_t threads = 1; threads <= 3; ++threads) {
                Noting::Orders orders;
                const CheckOptions options{
                    .strategy = strategy,
                    .stop = Stop::never,
                    .budget = {.executions = budget},
                    .threads = threads,
                };
                const Result result = search(
                    program, [&] { return std::make_unique<Noting>(orders); }, options
                );
                const bool is_all = strategy == Strategy::optimal && budget >= 24;
                ASSERT_EQ(result.is_complete, is_all);
                ASSERT_EQ(result.saturation.has_value(), !is_all);
                const Saturation seen = is_all ? result.coverage.saturation() : *result.saturation;
                EXPECT_EQ(seen.orders.count, orders.all.size());
                EXPECT_GE(seen.orders.last_new, seen.orders.count);
                EXPECT_LE(seen.orders.last_new, result.executions);
                EXPECT_EQ(seen.outcomes.count, 1U);
                EXPECT_EQ(seen.outcomes.last_new, 1U);
                EXPECT_EQ(seen.turns_least, 12U);
                EXPECT_EQ(seen.turns_most, 12U);
                EXPECT_EQ(seen.is_joined, !is_all && threads > 1);
            }
        }
    }
}

}  // namespace
}  // namespace interlock::models
