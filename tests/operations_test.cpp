// What an operator does with jobs while they run, and what jobs have beside their policies.
#include "core/fiber.hpp"
#include "core/job/keyed_job.hpp"
#include "tests/manual_clock.hpp"

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
using testing::ElementsAre;
using testing::HasSubstr;

class Log final : public Observer {
  public:
    void on_event(const Event& event) noexcept override {
        std::string line(name_of(event.kind));
        if (event.kind == EventKind::refused) {
            line += std::string(" ") + std::string(name_of(event.reason)) +
                    (event.is_dry ? " (dry)" : "");
        }
        lines.push_back(line);
    }
    std::vector<std::string> lines;
};

// Lets every other fiber run until it waits or ends; none here yields more often.
void settle() {
    for (int i = 0; i < 20; ++i) {
        boost::this_fiber::yield();
    }
}

class Operations : public testing::Test {
  protected:
    Operations() = default;
    explicit Operations(const Clock& other) : registry{other} {}

    // Holds `job` in a fiber until go() is called.
    template <class Job>
    boost::fibers::fiber hold(Job& job) {
        boost::fibers::fiber holder(boost::fibers::launch::dispatch, [this, &job] {
            job([this] {
                while (!may_go_) {
                    boost::this_fiber::yield();
                }
            });
        });
        return holder;
    }

    template <class Job>
    boost::fibers::fiber wait_for(Job& job, Status& how) {
        how = Status::failed;
        boost::fibers::fiber waiter([&] { how = job.call([] {}).status(); });
        settle();
        return waiter;
    }

    void go() { may_go_ = true; }

    struct Run {
        template <class Body>
        void operator()(Body&& body) const {
            body();
        }
    };

    ManualClock clock;
    fiber::JobRegistry registry{clock};

  private:
    bool may_go_ = false;
};

// Whoever waits for a registry to come to rest looks again after a moment of the registry's time.
class Rests : public Operations {
  protected:
    Rests() : Operations(SteadyClock::instance()) {}
};

TEST_F(Operations, ChangeALimitWhileCallsComeAndGo) {
    auto job = decorate(
        registry, "job", {.throttle = Throttle::rate_limit, .period = 10s, .max_calls = 1}, [] {}
    );
    EXPECT_TRUE(job.call().ran());
    EXPECT_EQ(job.call().status(), Status::rate_limited);
    job.reconfigure({.throttle = Throttle::rate_limit, .period = 10s, .max_calls = 3});
    EXPECT_TRUE(job.call().ran());
    EXPECT_TRUE(job.call().ran());
    EXPECT_EQ(job.call().refusal()->max_calls, 3U);
    job.reconfigure({.throttle = Throttle::rate_limit, .period = 1s, .max_calls = 3});
    clock.advance(1s);
    EXPECT_TRUE(job.call().ran());
    EXPECT_EQ(job.policy().period, 1s);
    EXPECT_EQ(job.policy().max_calls, 3U);
    EXPECT_THROW(job.reconfigure({.concurrency = Concurrency::queue}), PolicyError);
    EXPECT_THROW(job.reconfigure({.throttle = Throttle::rate_limit, .period = 1s}), PolicyError);
}

TEST_F(Operations, ShortenAQueueByItsNewestWaiters) {
    auto job =
        decorate(registry, "job", {.concurrency = Concurrency::queue, .max_waiting = 5}, Run{});
    auto holder = hold(job);
    Status first{};
    Status second{};
    Status third{};
    auto one = wait_for(job, first);
    auto two = wait_for(job, second);
    auto three = wait_for(job, third);
    job.reconfigure({.concurrency = Concurrency::queue, .max_waiting = 1});
    two.join();
    three.join();
    EXPECT_EQ(second, Status::rejected);
    EXPECT_EQ(third, Status::rejected);
    EXPECT_EQ(job.call([] {}).refusal()->reason, Reason::queue_full);
    go();
    holder.join();
    one.join();
    EXPECT_EQ(first, Status::ran);
}

TEST_F(Rests, DrainLetsWaitersRunAndTakesNoNewCalls) {
    auto job = decorate(registry, "job", {.concurrency = Concurrency::queue}, Run{});
    auto plain = decorate(registry, "plain", {}, Run{});
    auto holder = hold(job);
    auto running = hold(plain);
    Status waited{};
    auto waiter = wait_for(job, waited);
    bool is_drained = false;
    boost::fibers::fiber drainer([&] {
        registry.drain();
        is_drained = true;
    });
    settle();
    EXPECT_FALSE(is_drained);
    EXPECT_EQ(job.call([] {}).refusal()->reason, Reason::shut_down);
    EXPECT_EQ(plain.call([] {}).refusal()->reason, Reason::shut_down);
    go();
    drainer.join();
    EXPECT_EQ(waited, Status::ran);
    holder.join();
    running.join();
    waiter.join();
    EXPECT_EQ(job.call([] {}).status(), Status::rejected);
    registry.reopen();
    EXPECT_TRUE(job.call([] {}).ran());
    EXPECT_EQ(registry.dump(), "");
}

TEST_F(Rests, DrainLetsARunningCallMakeCalls) {
    auto outer = decorate(registry, "outer", {.concurrency = Concurrency::queue}, Run{});
    auto inner = decorate(registry, "inner", {.concurrency = Concurrency::queue}, Run{});
    Status nested{};
    boost::fibers::fiber caller(boost::fibers::launch::dispatch, [&] {
        outer([&] {
            settle();
            nested = inner.call([] {}).status();
        });
    });
    registry.drain();
    EXPECT_EQ(nested, Status::ran);
    caller.join();
}

TEST_F(Rests, ShutDownRefusesWhatWaits) {
    auto job = decorate(registry, "job", {.concurrency = Concurrency::queue}, Run{});
    auto holder = hold(job);
    Status waited{};
    auto waiter = wait_for(job, waited);
    boost::fibers::fiber closer([&] { registry.shut_down(); });
    settle();
    EXPECT_EQ(waited, Status::rejected);
    go();
    closer.join();
    holder.join();
    waiter.join();
    EXPECT_EQ(job.call([] {}).refusal()->reason, Reason::shut_down);
}

TEST_F(Operations, MayBeDrainedAgain) {
    auto job = decorate(registry, "job", {.concurrency = Concurrency::queue}, Run{});
    registry.drain();
    registry.shut_down();
    auto late = decorate(registry, "late", {.concurrency = Concurrency::queue}, Run{});
    registry.drain();
    EXPECT_EQ(late.call([] {}).refusal()->reason, Reason::shut_down);
    registry.reopen();
    EXPECT_TRUE(job.call([] {}).ran());
    EXPECT_TRUE(late.call([] {}).ran());
}

TEST_F(Operations, AreNotDrainedByACallOfTheirOwn) {
    auto job = decorate(registry, "job", {}, Run{});
    job([&] { EXPECT_THROW(registry.drain(), std::logic_error); });
    EXPECT_TRUE(job.call([] {}).ran());
}

// A key that is forgotten takes its lock along, also one that a drained registry holds.
TEST_F(Operations, ReopenWhenAKeyWasForgottenMeanwhile) {
    auto job = decorate_keyed<int>(
        registry, "job", {.concurrency = Concurrency::queue}, [](int /*key*/) {}, {.keys_max = 1}
    );
    job(1);
    registry.drain();
    EXPECT_EQ(job.call(2).refusal()->reason, Reason::shut_down);
    registry.reopen();
    EXPECT_TRUE(job.call(2).ran());
    EXPECT_TRUE(job.call(1).ran());
    EXPECT_EQ(registry.dump(), "");
}

// One holds and one waits: whoever comes now has its turn after a run of the one that waits.
TEST_F(Operations, RefuseACallThatWouldBeTooLate) {
    auto job =
        decorate(registry, "job", {.concurrency = Concurrency::queue, .service_time = 2s}, Run{});
    auto holder = hold(job);
    Status waited{};
    auto waiter = wait_for(job, waited);
    const auto refused = job.before(clock.now() + 2s - 1ns).call([] {});
    ASSERT_NE(refused.refusal(), nullptr);
    EXPECT_EQ(refused.status(), Status::timed_out);
    EXPECT_EQ(refused.refusal()->reason, Reason::too_late);
    EXPECT_EQ(refused.refusal()->holder_name(), "job");
    EXPECT_EQ(job.snapshot().waiting(), 1U);
    Status in_time{};
    boost::fibers::fiber other([&] { in_time = job.before(clock.now() + 2s).call([] {}).status(); }
    );
    settle();
    EXPECT_EQ(job.snapshot().waiting(), 2U);
    Status patient{};
    auto without_a_deadline = wait_for(job, patient);
    EXPECT_EQ(job.snapshot().waiting(), 3U);
    go();
    holder.join();
    waiter.join();
    other.join();
    without_a_deadline.join();
    EXPECT_EQ(in_time, Status::ran);
    EXPECT_EQ(patient, Status::ran);
}

TEST_F(Operations, RefuseByTheTimeoutWhatWouldBeTooLate) {
    const Policy policy{.concurrency = Concurrency::queue, .wait_timeout = 3s, .service_time = 2s};
    auto job = decorate(registry, "job", policy, Run{});
    auto holder = hold(job);
    Status first{};
    Status second{};
    auto one = wait_for(job, first);
    auto two = wait_for(job, second);
    EXPECT_EQ(job.snapshot().waiting(), 2U);                         // one ahead of it: 2 s of 3 s
    EXPECT_EQ(job.call([] {}).refusal()->reason, Reason::too_late);  // two: 4 s
    Policy faster = policy;
    faster.service_time = 1500ms;
    job.reconfigure(faster);
    EXPECT_EQ(job.policy(), faster);
    Status third{};
    auto three = wait_for(job, third);
    EXPECT_EQ(job.snapshot().waiting(), 3U);
    go();
    for (auto* const fiber : {&holder, &one, &two, &three}) {
        fiber->join();
    }
    EXPECT_EQ(third, Status::ran);
}

TEST_F(Operations, SayWhoHoldsAndWhoWaits) {
    auto job = decorate(registry, "sync", {.concurrency = Concurrency::queue}, Run{});
    auto holder = hold(job);
    Status waited{};
    auto waiter = wait_for(job, waited);
    EXPECT_EQ(registry.dump(), "job sync: held by 1; waiting 2\n");
    go();
    holder.join();
    waiter.join();
}

TEST(DryRun, ReportsWhatItWouldRefuseAndRefusesNothing) {
    ManualClock clock;
    Log log;
    fiber::JobRegistry registry{clock, &log};
    auto job = decorate(
        registry,
        "job",
        {.concurrency = Concurrency::queue,
         .throttle = Throttle::throttle,
         .period = 1s,
         .dry_run = true},
        [](auto&& body) { body(); }
    );
    EXPECT_TRUE(job.call([&] { EXPECT_TRUE(job.call([] {}).ran()); }).ran());
    EXPECT_THAT(
        log.lines,
        ElementsAre(
            "arrived",
            "admitted",
            "started",
            "arrived",
            "queued",
            "refused throttled (dry)",
            "started",
            "finished",
            "finished",
            "released"
        )
    );
}

TEST_F(Operations, AskConditionsInOrderAndNameTheFirstThatFails) {
    bool is_running = true;
    bool is_healthy = true;
    auto job = decorate(
        registry,
        "job",
        {},
        [] {},
        {.conditions =
             {{"running", [&] { return is_running; }}, {"healthy", [&] { return is_healthy; }}}}
    );
    EXPECT_TRUE(job.call().ran());
    is_running = is_healthy = false;
    const auto refused = job.call();
    EXPECT_EQ(refused.status(), Status::condition_failed);
    EXPECT_EQ(*refused.refusal()->condition, "running");
    EXPECT_THAT(message_of(*refused.refusal()), HasSubstr("condition running"));
    registry.ignore("running");
    EXPECT_EQ(*job.call().refusal()->condition, "healthy");
    registry.ignore("healthy");
    EXPECT_TRUE(job.call().ran());
}

TEST_F(Operations, AskConditionsAgainAfterAWait) {
    bool is_running = true;
    auto job = decorate(
        registry,
        "job",
        {.concurrency = Concurrency::queue},
        Run{},
        {.conditions = {{"running", [&] { return is_running; }}}}
    );
    auto holder = hold(job);
    Status waited{};
    auto waiter = wait_for(job, waited);
    is_running = false;
    go();
    holder.join();
    waiter.join();
    EXPECT_EQ(waited, Status::condition_failed);
    EXPECT_FALSE(job.snapshot().is_held());
}

TEST_F(Operations, SayWhoWouldWaitForWhom) {
    auto first = decorate(registry, "first", {.concurrency = Concurrency::queue}, Run{});
    auto second = decorate(registry, "second", {.concurrency = Concurrency::queue}, Run{});
    std::string told;
    first([&] { told = message_of(*first.call([] {}).refusal()); });
    EXPECT_EQ(
        told, "Job first would wait for ever: it is part of first (call 1), which holds the lock"
    );
    boost::fibers::fiber other(boost::fibers::launch::post, [&] {
        second([&] { EXPECT_TRUE(first.call([] {}).ran()); });
    });
    first([&] {
        settle();
        told = message_of(*second.call([] {}).refusal());
    });
    other.join();
    EXPECT_EQ(
        told,
        "Job second would wait for ever: second (call 6) waits for a lock that first (call 5) "
        "holds up, which waits for one that second (call 6) does"
    );
}

struct RefreshError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

TEST_F(Operations, ThrowTheErrorThatTheJobNames) {
    auto job = decorate(
        registry,
        "job",
        {.concurrency = Concurrency::reject},
        Run{},
        {.on_error = raise<RefreshError>()}
    );
    std::string message;
    job([&] {
        try {
            job([] {});
        } catch (const RefreshError& error) {
            message = error.what();
        }
    });
    EXPECT_EQ(message, "Another job is running");
    EXPECT_THROW(job([] { throw std::invalid_argument("its own"); }), std::invalid_argument);
}

TEST_F(Operations, AskForThePeriodAtEachCheck) {
    Duration period = 10s;
    auto job = decorate(
        registry,
        "job",
        {.throttle = Throttle::throttle, .period = 0s},
        [] {},
        {.period = [&] { return period; }}
    );
    EXPECT_TRUE(job.call().ran());
    clock.advance(5s);
    EXPECT_EQ(job.call().refusal()->retry_after, 5s);
    period = 4s;
    EXPECT_TRUE(job.call().ran());
}

}  // namespace
}  // namespace interlock
