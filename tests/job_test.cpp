// Jobs as users write them, on fibers.
#include "core/fiber.hpp"
#include "core/policy/execution_limit.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;

class ManualClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const noexcept override {
        ++reads;
        return time;
    }
    TimePoint time{};
    mutable int reads = 0;
};

template <class Function>
std::string message_of_error(Function&& function) {
    try {
        function();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing was thrown";
}

class Jobs : public testing::Test {
  protected:
    ManualClock clock;
    fiber::JobRegistry registry{clock};
    fiber::JobGroup core{registry, "core"};
};

TEST_F(Jobs, ReturnWhatTheBodyReturns) {
    auto twice = decorate(registry, "twice", {}, [](int n) { return 2 * n; });
    auto keep =
        decorate(registry, "keep", {.concurrency = Concurrency::queue}, [](auto p) { return p; });
    int value = 1;
    auto refer = decorate(registry, "refer", {}, [&]() -> int& { return value; });
    EXPECT_EQ(twice(21), 42);
    EXPECT_EQ(*keep(std::make_unique<int>(7)), 7);
    EXPECT_EQ(&refer(), &value);
    EXPECT_EQ(clock.reads, 0);  // nothing here has a throttle
}

TEST_F(Jobs, GiveTheLockBackWhenTheBodyThrows) {
    auto fails = decorate(registry, "fails", {.concurrency = Concurrency::reject}, [] {
        throw std::runtime_error("broken");
    });
    const auto outcome = fails.call();
    EXPECT_EQ(outcome.status(), Status::failed);
    EXPECT_EQ(message_of_error([&] { fails(); }), "broken");
    EXPECT_FALSE(fails.snapshot().is_held());
}

TEST_F(Jobs, RefuseInTheWordsOfTheReference) {
    const Policy reject{.concurrency = Concurrency::reject};
    auto alone = decorate(registry, "alone", reject, [](auto&& inner) { inner(); });
    EXPECT_EQ(message_of_error([&] { alone([&] { alone([] {}); }); }), "Another job is running");
    auto grouped = decorate(registry, "grouped", {.concurrency = Concurrency::group_reject}, [] {
        boost::this_fiber::yield();
    });
    boost::fibers::fiber holder([&] { grouped.on(core)(); });
    boost::this_fiber::yield();
    EXPECT_EQ(
        message_of_error([&] { grouped.on(core)(); }), "Another job is running for job group core"
    );
    holder.join();
    auto limited = decorate(
        registry, "limited", {.throttle = Throttle::rate_limit, .period = 1h, .max_calls = 1}, [] {}
    );
    limited();
    EXPECT_EQ(
        message_of_error([&] { limited(); }), "Rate limit exceeded, more than 1 calls in 1:00:00"
    );
    const auto outcome = limited.call();
    ASSERT_NE(outcome.refusal(), nullptr);
    EXPECT_EQ(outcome.refusal()->retry_after, 1h);
}

TEST_F(Jobs, OfAGroupShareItsThrottle) {
    const Policy policy{.throttle = Throttle::group_throttle, .period = 10s};
    auto start = decorate(registry, "start", policy, [] {});
    auto stop = decorate(registry, "stop", policy, [] {});
    EXPECT_EQ(start.on(core).call().status(), Status::ran);
    EXPECT_EQ(stop.on(fiber::JobGroup(registry, "core")).call().status(), Status::throttled);
    EXPECT_EQ(stop.on(fiber::JobGroup(registry, "other")).call().status(), Status::ran);
    clock.time += 10s;
    EXPECT_EQ(stop.on(core).call().status(), Status::ran);
}

// B11: a group is its name.
TEST_F(Jobs, OfTwoGroupObjectsOfOneNameShareTheLock) {
    fiber::JobGroup const same(registry, "core");
    auto grouped = decorate(
        registry, "grouped", {.concurrency = Concurrency::group_reject}, [](auto body) { body(); }
    );
    auto other = decorate(
        registry, "other", {.concurrency = Concurrency::group_queue, .max_waiting = 0}, [] {}
    );
    grouped.on(core)([&] {
        Status outside{};
        boost::fibers::fiber([&] { outside = other.on(same).call().status(); }).join();
        EXPECT_EQ(outside, Status::rejected);
    });
}

// B10, B12: what is not a group's is the job's, and nobody else's.
TEST_F(Jobs, HaveLocksAndThrottlesOfTheirOwn) {
    const Policy policy{
        .concurrency = Concurrency::reject, .throttle = Throttle::throttle, .period = 1h};
    auto one = decorate(registry, "one", policy, [](auto body) { body(); });
    auto two = decorate(registry, "two", policy, [](auto body) { body(); });
    EXPECT_TRUE(one.call([&] { EXPECT_TRUE(two.call([] {}).ran()); }).ran());
    EXPECT_EQ(one.call([] {}).status(), Status::throttled);
}

TEST_F(Jobs, InAllTwentyFiveCombinationsGiveTheLockBack) {
    for (int concurrency = 0; concurrency < 5; ++concurrency) {
        for (int throttle = 0; throttle < 5; ++throttle) {
            Policy policy{
                .concurrency = static_cast<Concurrency>(concurrency),
                .throttle = static_cast<Throttle>(throttle)};
            if (policy.throttle != Throttle::none) {
                policy.period = 1h;
            }
            if (is_rate_limit(policy.throttle)) {
                policy.max_calls = 1;
            }
            fiber::JobGroup const group(
                registry, std::to_string(concurrency) + std::to_string(throttle)
            );
            auto job = decorate(registry, "job", policy, [] {});
            EXPECT_TRUE(job.on(group).call().ran());
            EXPECT_EQ(job.on(group).call().ran(), policy.throttle == Throttle::none);
            EXPECT_FALSE(job.snapshot().is_held());
            EXPECT_FALSE(group.snapshot().is_held());
        }
    }
}

TEST_F(Jobs, AreCancelledWhileTheyWait) {
    auto job = decorate(registry, "job", {.concurrency = Concurrency::queue}, [] {
        boost::this_fiber::yield();
        boost::this_fiber::yield();
    });
    std::stop_source stop;
    boost::fibers::fiber holder([&] { job(); });
    boost::this_fiber::yield();
    boost::fibers::fiber waiter([&] {
        EXPECT_EQ(job.until(stop.get_token()).call().status(), Status::cancelled);
    });
    boost::this_fiber::yield();
    EXPECT_EQ(job.snapshot().waiting(), 1U);
    stop.request_stop();
    waiter.join();
    EXPECT_EQ(job.snapshot().waiting(), 0U);
    holder.join();
}

TEST_F(Jobs, SayWhyTheyDidNotRunAfterAWait) {
    auto queue = [&](const char* name, const Policy& policy) {
        return decorate(registry, name, policy, [](auto&& body) { body(); });
    };
    auto limited = queue(
        "limited",
        {.concurrency = Concurrency::group_queue,
         .throttle = Throttle::throttle,
         .period = 1s,
         .max_waiting = 1}
    );
    auto other = queue("other", {.concurrency = Concurrency::queue});
    std::vector<boost::fibers::fiber> waiters;
    const auto expect_later = [&](Status status, Reason reason, auto call) {
        waiters.emplace_back(boost::fibers::launch::dispatch, [=] {
            const auto outcome = call();
            EXPECT_EQ(outcome.status(), status);
            ASSERT_NE(outcome.refusal(), nullptr);
            EXPECT_EQ(outcome.refusal()->reason, reason);
        });
    };
    const auto nothing = [] {};
    const CallFrame* holder = nullptr;
    limited.on(core)([&] {
        holder = fiber::JobRegistry::current();
        expect_later(Status::throttled, Reason::throttled, [&] {
            return limited.on(core).call(nothing);
        });
        expect_later(Status::rejected, Reason::queue_full, [&] {
            auto outcome = limited.on(core).call(nothing);
            EXPECT_EQ(outcome.refusal()->holder, holder->id);
            EXPECT_EQ(outcome.refusal()->holder_name(), "limited");
            EXPECT_EQ(outcome.refusal()->group_name(), "core");
            return outcome;
        });
        other([&] {
            const auto outcome = other.call(nothing);
            ASSERT_EQ(outcome.status(), Status::would_deadlock);
            EXPECT_EQ(outcome.refusal()->cycle->size(), 1U);
            expect_later(Status::timed_out, Reason::too_late, [&] {
                return other.before(clock.time).call(nothing);
            });
        });
    });
    for (boost::fibers::fiber& waiter : waiters) {
        waiter.join();
    }
    EXPECT_FALSE(core.snapshot().is_held());
    EXPECT_FALSE(other.snapshot().is_held());
}

TEST_F(Jobs, KnowTheCurrentJobOfTheirFiber) {
    auto outer = decorate(registry, "outer", {}, [&] {
        CallFrame const* const frame = fiber::JobRegistry::current();
        ASSERT_NE(frame, nullptr);
        boost::fibers::fiber other([] { EXPECT_EQ(fiber::JobRegistry::current(), nullptr); });
        other.join();
        EXPECT_EQ(fiber::JobRegistry::current(), frame);
    });
    outer();
    EXPECT_EQ(fiber::JobRegistry::current(), nullptr);
}

TEST_F(Jobs, AreRefusedWithAWrongPolicyWhereItIsWritten) {
    const auto problem = [&](const Policy& policy) {
        return message_of_error([&] { auto job = decorate(registry, "N", policy, [] {}); });
    };
    EXPECT_EQ(
        problem({.throttle = Throttle::throttle}),
        "Job N is using throttle throttle without a throttle period!"
    );
    EXPECT_EQ(
        problem({.throttle = Throttle::group_rate_limit, .period = 1s}),
        "Job N is using throttle group_rate_limit without throttle max calls!"
    );
    auto grouped = decorate(registry, "N", {.concurrency = Concurrency::group_queue}, [] {});
    EXPECT_EQ(
        message_of_error([&] { grouped(); }),
        "Job N uses group concurrency (group_queue) but is not on a JobGroup! The class must "
        "inherit from JobGroup to use GROUP_REJECT or GROUP_QUEUE."
    );
    EXPECT_EQ(problem({}), "A job already exists with name N!");
}

TEST(ExecutionLimit, MeansAQueueOfItsOwnForGroupThrottleWait) {
    EXPECT_EQ(
        modes_of(ExecutionLimit::group_throttle_wait),
        (PolicyModes{Concurrency::queue, Throttle::group_throttle})
    );
    std::string problem;
    EXPECT_FALSE(with_limit("N", {.concurrency = Concurrency::queue}, ExecutionLimit::once, problem)
    );
    EXPECT_EQ(
        problem,
        "Job N cannot specify both 'limit' (deprecated) and 'concurrency'/'throttle' parameters!"
    );
}

TEST(PeriodText, IsThatOfTheReference) {
    EXPECT_EQ(period_text(1h), "1:00:00");
    EXPECT_EQ(period_text(1ms), "0:00:00.001000");
    EXPECT_EQ(period_text(24h), "1 day, 0:00:00");
    EXPECT_EQ(period_text(49h + 5s), "2 days, 1:00:05");
}

}  // namespace
}  // namespace interlock
