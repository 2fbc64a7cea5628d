// A search in portions: interrupted, saved and resumed, it comes to what it would have come to.
#include "models/units/snapshot.hpp"
#include "models/units/unit.hpp"
#include "tests/searches.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::by_threads;
using test::endless;
using test::explore;
using test::judges_of;
using test::made_up;
using test::program_of;
using test::summary_of;
using test::whole_of;

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

RC_GTEST_PROP(Portions, ComeToTheSameWithInterruptions, ()) {
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

}  // namespace
}  // namespace interlock::models
