// A search in parts: whatever the parts, and whoever explores them, the result is the same.
#include "models/search.hpp"

#include "models/explorer/foata.hpp"
#include "models/limits.hpp"
#include "models/trace/schedule.hpp"
#include "models/units/frontier.hpp"
#include "models/units/merge.hpp"
#include "models/units/snapshot.hpp"
#include "models/units/unit.hpp"
#include "properties/generators.hpp"
#include "tests/programs.hpp"
#include "tests/scenarios.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::explore;
using test::program_of;

constexpr std::uint64_t executions_max = 3000;

Judges judges_of(const Program& program) {
    return [&] { return std::make_unique<properties::Monitors>(program); };
}

// Counts the executions that are run, also those whose results are lost.
class Counting final : public Judge {
  public:
    Counting(const Program& program, std::atomic<std::uint64_t>& count)
        : monitors_(program), count_(count) {}

    void judge(const Trace& trace, std::vector<Finding>& findings) override {
        ++count_;
        monitors_.judge(trace, findings);
    }

  private:
    properties::Monitors monitors_;
    std::atomic<std::uint64_t>& count_;
};

Result by_threads(const Program& program, CheckOptions options, std::uint32_t threads) {
    options.threads = threads;
    return search(program, judges_of(program), options);
}

// All that a complete search says, in words; but which of equivalent executions was run, and so is
// shown, is up to the parts.
std::string summary_of(const Result& result) {
    std::string text = std::string(name_of(result.verdict)) + " " +
                       std::to_string(result.executions) + " " + std::to_string(result.steps) +
                       (result.is_complete ? " complete" : " not complete") + " " +
                       std::to_string(result.blocked) + " blocked";
    const Saturation seen = result.coverage.saturation();
    text += ", " + std::to_string(seen.orders.count) + " orders, " +
            std::to_string(seen.outcomes.count) + " outcomes, " + std::to_string(seen.turns_least) +
            " to " + std::to_string(seen.turns_most) + " steps";
    const bool is_each_run = result.guarantee.footprints == FootprintKind::none;
    for (const Violation& violation : result.violations) {
        text.append(" ").append(name_of(violation.finding.property));
        if (is_each_run) {
            text += " " + std::to_string(violation.finding.event) + " " +
                    text_of(schedule_of(0, violation.trace));
        }
    }
    for (const auto& outcomes : result.outcomes) {
        text += " ";
        for (std::uint8_t const outcome : outcomes) {
            text += std::to_string(outcome) + ",";
        }
    }
    return text;
}

// The whole search by one, if it is not too large.
std::optional<Result> whole_of(const Program& program, CheckOptions options) {
    options.budget.executions = executions_max;
    Result result = explore(program, options);
    if (!result.is_complete) {
        return std::nullopt;
    }
    return result;
}

// Explores part by part, some executions of each; all that is said goes as text, and parts come
// back late and in any order.
Result in_random_parts(const Program& program, CheckOptions options) {
    struct Answer {
        Subtree subtree;
        std::string snapshot;
    };
    const Unit search = unit_of(program, options);
    properties::Monitors monitors(program);
    Frontier frontier(everything());
    std::vector<Answer> answers;
    Result all;
    std::string problem;
    while (!frontier.is_empty() || !answers.empty()) {
        if (!frontier.is_empty() && answers.size() < 4 && *rc::gen::arbitrary<bool>()) {
            Unit sent = search;
            sent.subtree =
                *rc::gen::arbitrary<bool>() ? frontier.take_next() : frontier.take_largest();
            const auto unit = unit_from(text_of(sent), problem);
            RC_ASSERT(unit == std::optional(sent));
            options.start = unit->subtree;
            options.budget.executions = *rc::gen::inRange<std::uint64_t>(1, 40);
            const Result part = explore(program, options);
            RC_ASSERT(part.is_complete == part.rest.empty());
            answers.push_back({sent.subtree, text_of(snapshot_of(search, {}, part))});
        } else if (!answers.empty()) {
            const auto at =
                answers.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(answers));
            const auto snapshot = snapshot_from(at->snapshot, problem);
            RC_ASSERT(snapshot);
            Result part = std::get<Result>(result_of(*snapshot, program, monitors));
            frontier.put_back(at->subtree, part.rest, part.wanted);
            answers.erase(at);
            merge(all, std::move(part));
        }
    }
    all.is_complete = true;
    conclude(all);
    return all;
}

// All shards, each by itself, joined.
Result in_shards(const Program& program, const CheckOptions& options, std::uint32_t of) {
    Result all;
    for (std::uint32_t i = 1; i <= of; ++i) {
        Result part = search(program, judges_of(program), options, {.shard = {i, of}});
        EXPECT_TRUE(part.is_complete);
        merge(all, std::move(part));
    }
    all.is_complete = true;
    conclude(all);
    return all;
}

struct Made {
    Program program;
    CheckOptions options{.stop = Stop::never};
};

// A scenario of any kind, and faults.
Made made_up(Strategy strategy = Strategy::exhaustive) {
    const bool has_faults = *rc::gen::arbitrary<bool>();
    const bool is_any_time = *rc::gen::arbitrary<bool>();
    const auto scenario = *properties::scenarios(properties::all_but_forks);
    auto program = compile(scenario);
    RC_PRE(std::holds_alternative<Program>(program));
    Made made{std::get<Program>(std::move(program))};
    if (has_faults) {
        made.options.faults = {.raise = 1, .cancel = 1};
    }
    made.options.time = is_any_time ? TimeMode::all : TimeMode::fixed;
    if (strategy == Strategy::optimal) {
        made.options.strategy = strategy;
        made.options.time = TimeMode::fixed;
    }
    return made;
}

RC_GTEST_PROP(Search, ComesToTheSameInAnyParts, ()) {
    const auto [program, options] =
        made_up(*rc::gen::element(Strategy::exhaustive, Strategy::optimal));
    const auto whole = whole_of(program, options);
    RC_PRE(whole.has_value());
    RC_CLASSIFY(whole->executions > 100, "more than 100 executions");
    RC_CLASSIFY(!whole->violations.empty(), "violated");
    const Result parts = in_random_parts(program, options);
    RC_ASSERT(summary_of(parts) == summary_of(*whole));
    if (options.strategy == Strategy::exhaustive) {
        RC_ASSERT(std::abs(parts.explored - 1) < 1e-6);
    }
}

RC_GTEST_PROP(Search, ComesToTheSameByAnyNumberOfThreads, ()) {
    const auto [program, options] =
        made_up(*rc::gen::element(Strategy::exhaustive, Strategy::optimal));
    const auto whole = whole_of(program, options);
    RC_PRE(whole.has_value());
    const auto threads = *rc::gen::inRange<std::uint32_t>(2, 5);
    RC_ASSERT(
        summary_of(by_threads(program, options, threads)) ==
        summary_of(by_threads(program, options, 1))
    );
}

RC_GTEST_PROP(Search, ComesToTheSameInShards, ()) {
    const auto [program, options] = made_up();
    const auto whole = whole_of(program, options);
    RC_PRE(whole.has_value());
    const auto shards = *rc::gen::inRange<std::uint32_t>(2, 8);
    RC_ASSERT(summary_of(in_shards(program, options, shards)) == summary_of(*whole));
}

// Stopped again and again, and resumed from what its snapshot says.
// Interrupted after `more()` executions, and again, with all that is known put into a text between.
Result with_interruptions(
    const Program& program, CheckOptions options, const std::function<std::uint64_t()>& more
) {
    const Unit self = unit_of(program, options);
    options.budget.executions = 0;
    std::string saved;
    Portion portion;
    portion.save = [&](const Result& so_far) { saved = text_of(snapshot_of(self, {}, so_far)); };
    properties::Monitors monitors(program);
    while (true) {
        options.budget.executions += more();
        Result result = search(program, judges_of(program), options, portion);
        std::string problem;
        const auto snapshot = snapshot_from(saved, problem);
        RC_ASSERT(snapshot);
        RC_ASSERT(snapshot->executions == result.executions);
        RC_ASSERT(snapshot->left == result.rest);
        if (result.is_complete) {
            return result;
        }
        portion.resumed = std::get<Result>(result_of(*snapshot, program, monitors));
    }
}

RC_GTEST_PROP(Search, ComesToTheSameWithInterruptions, ()) {
    auto [program, options] = made_up(*rc::gen::element(Strategy::exhaustive, Strategy::optimal));
    const auto whole = whole_of(program, options);
    RC_PRE(whole.has_value());
    options.threads = *rc::gen::inRange<std::uint32_t>(1, 3);
    const Result result = with_interruptions(program, options, [] {
        return *rc::gen::inRange<std::uint64_t>(1, 300);
    });
    RC_ASSERT(summary_of(result) == summary_of(by_threads(program, options, 1)));
}

// A violation that was found before has no looks at the clock among its choices any more.
TEST(Portions, ShowTheSameViolationAtAnyTime) {
    const Program program = program_of(
        "groups: [g, h]\n"
        "jobs:\n"
        "  a: {throttle: group_rate_limit, period: 10s, max_calls: 1, body: []}\n"
        "  b: {throttle: group_throttle, period: 5s, body: []}\n"
        "tasks:\n"
        "  t1: [{call: b@h, body: [{hold: m}, {call: a@h, body: [{hold: m}]}]}]\n"
        "  t2: [{call: a@g, catch: true}]\n"
        "  t3: [{call: a@g, catch: true}]"
    );
    const CheckOptions options{.stop = Stop::never, .time = TimeMode::all};
    const Result result = with_interruptions(program, options, [] { return 1; });
    EXPECT_EQ(result.violations.size(), 2U);
    EXPECT_EQ(summary_of(result), summary_of(by_threads(program, options, 1)));
}

// Four tasks on one mutex: 6720 executions (see explorer_test).
const std::string four_on_a_mutex = test::takers(4, 1);

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

// Five tasks of five steps: 25! / 5!^5, more than anybody will run.
const std::string endless = "tasks: {many: {steps: [{work: 4}], count: 5}}";

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

// What ends a search is not forgotten when it is resumed.
TEST(Portions, ThatFoundEnoughAreOver) {
    const Program program = program_of("tasks: {many: {steps: [{hold: m}, work], count: 3}}");
    Portion portion;
    std::optional<Result> saved;
    portion.save = [&](const Result& so_far) { saved = so_far; };
    const Result result = search(program, judges_of(program), {.stop = Stop::first}, portion);
    EXPECT_EQ(result.verdict, Verdict::violated);
    ASSERT_TRUE(saved);
    EXPECT_FALSE(saved->rest.empty());
    portion.resumed = saved;
    EXPECT_EQ(
        summary_of(search(program, judges_of(program), {.stop = Stop::first}, portion)),
        summary_of(result)
    );
    // All the same it can be taken to its end.
    EXPECT_EQ(
        summary_of(search(program, judges_of(program), {.stop = Stop::never}, portion)),
        summary_of(by_threads(program, {.stop = Stop::never}, 1))
    );
}

// Killed again and again, at any moment: what came after the last save is run again, and that only.
TEST(Portions, RunNothingTwiceButWhatCameAfterTheLastSave) {
    const Program program = program_of(
        "tasks: {many: {steps: [{hold: m}, {unhold: m}], count: 4},"
        " other: [{work: 1}]}"
    );
    const Result whole = explore(program);
    ASSERT_GT(whole.executions, 200'000U);
    std::atomic<std::uint64_t> judged = 0;
    const Judges judges = [&]() -> std::unique_ptr<Judge> {
        return std::make_unique<Counting>(program, judged);
    };
    std::optional<Result> saved;
    std::uint64_t lost = 0;
    for (std::uint64_t kills = 0;; ++kills) {
        const std::uint64_t judged_before = judged;
        const std::uint64_t executions_before = saved ? saved->executions : 0;
        std::stop_source kill;
        CheckOptions options{.stop = Stop::never, .threads = 2, .interrupt = kill.get_token()};
        Portion portion{.resumed = saved, .between_saves = std::chrono::milliseconds(3)};
        portion.save = [&](const Result& so_far) {
            if (!kill.stop_requested()) {
                saved = so_far;
            }
        };
        std::jthread killer;
        if (kills < 10) {
            killer = std::jthread([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(5 + 3 * kills));
                kill.request_stop();
            });
        }
        const Result result = search(program, judges, options, portion);
        const std::uint64_t judged_now = judged - judged_before;
        EXPECT_EQ(result.executions - executions_before, judged_now);
        if (result.is_complete) {
            EXPECT_EQ(summary_of(result), summary_of(whole));
            EXPECT_EQ(judged, whole.executions + lost);
            EXPECT_GT(lost, 0U);
            return;
        }
        lost += judged_now - ((saved ? saved->executions : 0) - executions_before);
    }
}

TEST(Portions, AreNotSavedWhenAnExecutionEndedBadly) {
    bool is_saved = false;
    Portion portion;
    portion.save = [&](const Result& /*so_far*/) { is_saved = true; };
    const Program program = program_of(endless);
    const Result result =
        search(program, judges_of(program), {.scheduler = {.steps_max = 10}}, portion);
    EXPECT_EQ(result.why, "an execution took more than 10 steps");
    EXPECT_FALSE(is_saved);
}

// The whole shipped library.
class Library : public testing::TestWithParam<Strategy> {};

TEST_P(Library, ComesToTheSameByThreadsAndInShards) {
    std::size_t explored = 0;
    for (const auto& entry : std::filesystem::directory_iterator(INTERLOCK_SCENARIOS)) {
        const auto read = read_scenario_file(entry.path().string());
        const auto& scenario = std::get<Scenario>(read);
        const auto compiled = compile(scenario);
        const auto& program = std::get<Program>(compiled);
        if (program.is_endless()) {
            continue;
        }
        CheckOptions options = options_of(scenario);
        options.strategy = GetParam();
        options.stop = Stop::never;
        const bool is_optimal = options.strategy == Strategy::optimal;
        if (is_optimal && options.time == TimeMode::all) {
            continue;
        }
        const auto whole = whole_of(program, options);
        if (!whole) {
            continue;
        }
        ++explored;
        EXPECT_EQ(
            summary_of(by_threads(program, options, 2)), summary_of(by_threads(program, options, 1))
        ) << entry.path();
        if (!is_optimal) {
            EXPECT_EQ(summary_of(in_shards(program, options, 7)), summary_of(*whole))
                << entry.path();
        }
    }
    EXPECT_GT(explored, 70U);
}

INSTANTIATE_TEST_SUITE_P(
    OfStrategies,
    Library,
    testing::Values(Strategy::exhaustive, Strategy::optimal),
    [](const auto& strategy) { return std::string(name_of(strategy.param)); }
);

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

}  // namespace
}  // namespace interlock::models
