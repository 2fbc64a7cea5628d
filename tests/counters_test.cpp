// What Counters says of real jobs on fibers, and of events told by several threads.
#include "core/job/counters.hpp"

#include "core/fiber.hpp"
#include "tests/manual_clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;

// An application that is counted.
struct Application {
    ManualClock clock;
    Counters counters{clock};
    fiber::JobRegistry registry{clock, &counters};
    fiber::JobGroup core{registry, "core"};

    // Of the job called `name`, which has been called.
    [[nodiscard]] JobCounts of(const std::string& name) const {
        for (JobCounts& counts : counters.snapshot()) {
            if (counts.job == name) {
                return std::move(counts);
            }
        }
        ADD_FAILURE() << name << " was never called";
        return {};
    }
};

// While it lives, a call is in progress that ends when it is let go.
class Holder {
  public:
    template <class Call>
    explicit Holder(Call call)
        : fiber_([this, call] {
              call([this] {
                  while (!may_end_) {
                      boost::this_fiber::yield();
                  }
              });
          }) {
        boost::this_fiber::yield();
    }

    void let_go() {
        may_end_ = true;
        fiber_.join();
    }

  private:
    bool may_end_ = false;
    boost::fibers::fiber fiber_;
};

const auto run_inner = [](const auto& inner) { inner(); };
const auto nothing = [] {};

void expect_idle(const JobCounts& counts) {
    EXPECT_EQ(counts.waiting, 0U);
    EXPECT_EQ(counts.running, 0U);
    EXPECT_EQ(counts.waiting_time.count(), counts.queued);
    EXPECT_EQ(counts.running_time.count(), counts.started);
    EXPECT_EQ(counts.started, counts.ran + counts.failed + counts.cancelled);
    EXPECT_EQ(counts.arrived, counts.started + counts.refused.total() + counts.cancelled_waiting);
}

// That `counts` has one refusal, for `reason`.
void expect_refused_once(const JobCounts& counts, Reason reason) {
    EXPECT_EQ(counts.refused[reason], 1U) << name_of(reason);
    EXPECT_EQ(counts.refused.total(), 1U);
    EXPECT_EQ(counts.would_refuse.total(), 0U);
    expect_idle(counts);
}

TEST(Counters, CountACallThatRuns) {
    Application app;
    auto job = decorate(app.registry, "job", {.concurrency = Concurrency::reject}, [&] {
        const JobCounts now = app.of("job");
        EXPECT_EQ(now.running, 1U);
        EXPECT_EQ(now.started, 1U);
        EXPECT_EQ(now.ran, 0U);
        app.clock.advance(3ms);
    });
    EXPECT_TRUE(app.counters.snapshot().empty());
    job();
    const JobCounts counts = app.of("job");
    EXPECT_EQ(counts.arrived, 1U);
    EXPECT_EQ(counts.admitted, 1U);
    EXPECT_EQ(counts.queued, 0U);
    EXPECT_EQ(counts.started, 1U);
    EXPECT_EQ(counts.ran, 1U);
    EXPECT_EQ(counts.refused.total(), 0U);
    EXPECT_EQ(counts.waiting_time.count(), 0U);
    EXPECT_EQ(counts.running_time.count(), 1U);
    EXPECT_EQ(counts.running_time.sum(), 3ms);
    expect_idle(counts);
}

TEST(Counters, CountHowABodyEnds) {
    Application app;
    auto job = decorate(app.registry, "job", {}, run_inner);
    EXPECT_EQ(job.call([] { throw std::runtime_error("broken"); }).status(), Status::failed);
    auto waits = decorate(app.registry, "waits", {.concurrency = Concurrency::queue}, run_inner);
    Holder holder([&](const auto& body) { waits(body); });
    std::stop_source stop;
    stop.request_stop();
    // It cancels itself by a call that is cancelled.
    const auto status = job.call([&] { waits.until(stop.get_token())(nothing); }).status();
    EXPECT_EQ(status, Status::cancelled);
    holder.let_go();
    const JobCounts counts = app.of("job");
    EXPECT_EQ(counts.failed, 1U);
    EXPECT_EQ(counts.cancelled, 1U);
    EXPECT_EQ(counts.ran, 0U);
    EXPECT_EQ(counts.admitted, 0U);  // it has no lock
    expect_idle(counts);
    EXPECT_EQ(app.of("waits").cancelled_waiting, 1U);
}

TEST(Counters, TimeAWaitUntilTheLockIsThere) {
    Application app;
    auto job = decorate(app.registry, "job", {.concurrency = Concurrency::queue}, run_inner);
    Holder holder([&](const auto& body) { job(body); });
    boost::fibers::fiber waiter([&] { job([&] { app.clock.advance(1s); }); });
    boost::this_fiber::yield();
    EXPECT_EQ(app.of("job").waiting, 1U);
    EXPECT_EQ(app.of("job").running, 1U);
    app.clock.advance(250ms);
    holder.let_go();
    waiter.join();
    const JobCounts counts = app.of("job");
    EXPECT_EQ(counts.queued, 1U);
    EXPECT_EQ(counts.admitted, 2U);
    EXPECT_EQ(counts.waiting_time.sum(), 250ms);
    EXPECT_EQ(counts.running_time.sum(), 250ms + 1s);
    expect_idle(counts);
}

TEST(Counters, CountWaitsForAGroupUnderTheJobThatWaits) {
    Application app;
    const Policy queue{.concurrency = Concurrency::group_queue};
    auto first = decorate(app.registry, "first", queue, run_inner);
    auto second = decorate(app.registry, "second", queue, run_inner);
    Holder holder([&](const auto& body) { first.on(app.core)(body); });
    boost::fibers::fiber waiter([&] { second.on(app.core)(nothing); });
    boost::this_fiber::yield();
    EXPECT_EQ(app.of("first").waiting, 0U);
    EXPECT_EQ(app.of("second").waiting, 1U);
    app.clock.advance(2ms);
    holder.let_go();
    waiter.join();
    EXPECT_EQ(app.of("second").waiting_time.sum(), 2ms);
    expect_idle(app.of("first"));
    expect_idle(app.of("second"));
}

TEST(Counters, CountACallThatIsBusy) {
    Application app;
    auto job = decorate(app.registry, "job", {.concurrency = Concurrency::reject}, run_inner);
    job([&] { EXPECT_EQ(job.call(nothing).status(), Status::rejected); });
    expect_refused_once(app.of("job"), Reason::busy);
}

TEST(Counters, CountACallThatFindsTheQueueFull) {
    Application app;
    const Policy policy{.concurrency = Concurrency::queue, .max_waiting = 0};
    auto job = decorate(app.registry, "job", policy, run_inner);
    Holder holder([&](const auto& body) { job(body); });
    EXPECT_EQ(job.call(nothing).status(), Status::rejected);
    holder.let_go();
    expect_refused_once(app.of("job"), Reason::queue_full);
    EXPECT_EQ(app.of("job").queued, 0U);
}

TEST(Counters, CountACallThatANewerOneReplaces) {
    Application app;
    const Policy policy{.concurrency = Concurrency::queue, .keep_latest = true};
    auto job = decorate(app.registry, "job", policy, run_inner);
    Holder holder([&](const auto& body) { job(body); });
    boost::fibers::fiber older([&] { EXPECT_EQ(job.call(nothing).status(), Status::rejected); });
    boost::this_fiber::yield();
    app.clock.advance(5ms);
    boost::fibers::fiber newer([&] { EXPECT_TRUE(job.call(nothing).ran()); });
    boost::this_fiber::yield();
    EXPECT_EQ(app.of("job").waiting, 1U);
    older.join();
    app.clock.advance(7ms);
    holder.let_go();
    newer.join();
    expect_refused_once(app.of("job"), Reason::replaced);
    EXPECT_EQ(app.of("job").queued, 2U);
    EXPECT_EQ(app.of("job").waiting_time.sum(), 5ms + 7ms);
}

TEST(Counters, CountACallThatStartsTooSoon) {
    Application app;
    const Policy throttle{.throttle = Throttle::throttle, .period = 10s};
    auto throttled = decorate(app.registry, "throttled", throttle, nothing);
    throttled();
    EXPECT_EQ(throttled.call().status(), Status::throttled);
    expect_refused_once(app.of("throttled"), Reason::throttled);

    const Policy limit{
        .concurrency = Concurrency::reject,
        .throttle = Throttle::rate_limit,
        .period = 10s,
        .max_calls = 1};
    auto limited = decorate(app.registry, "limited", limit, nothing);
    limited();
    EXPECT_EQ(limited.call().status(), Status::rate_limited);
    expect_refused_once(app.of("limited"), Reason::rate_limited);
    EXPECT_EQ(app.of("limited").admitted, 2U);
}

TEST(Counters, CountACallWhoseConditionFails) {
    Application app;
    auto job = decorate(
        app.registry, "job", {}, nothing, {.conditions = {{"healthy", [] { return false; }}}}
    );
    EXPECT_EQ(job.call().status(), Status::condition_failed);
    expect_refused_once(app.of("job"), Reason::condition_failed);
}

TEST(Counters, CountACallWhoseConditionFailsAfterTheWait) {
    Application app;
    bool is_healthy = true;
    auto job = decorate(
        app.registry,
        "job",
        {.concurrency = Concurrency::queue},
        run_inner,
        {.conditions = {{"healthy", [&] { return is_healthy; }}}}
    );
    Holder holder([&](const auto& body) { job(body); });
    boost::fibers::fiber waiter([&] {
        EXPECT_EQ(job.call(nothing).status(), Status::condition_failed);
    });
    boost::this_fiber::yield();
    is_healthy = false;
    app.clock.advance(4ms);
    holder.let_go();
    waiter.join();
    expect_refused_once(app.of("job"), Reason::condition_failed);
    EXPECT_EQ(app.of("job").admitted, 2U);
    EXPECT_EQ(app.of("job").waiting_time.sum(), 4ms);
}

TEST(Counters, CountACallThatWaitsTooLong) {
    Application app;
    const Policy policy{.concurrency = Concurrency::queue, .wait_timeout = 1s};
    auto job = decorate(app.registry, "job", policy, run_inner);
    Holder holder([&](const auto& body) { job(body); });
    boost::fibers::fiber waiter([&] { EXPECT_EQ(job.call(nothing).status(), Status::timed_out); });
    boost::this_fiber::yield();
    app.clock.advance(999ms);
    boost::this_fiber::yield();
    EXPECT_EQ(app.of("job").waiting, 1U);
    app.clock.advance(1ms);
    waiter.join();
    EXPECT_EQ(app.of("job").waiting, 0U);
    holder.let_go();
    expect_refused_once(app.of("job"), Reason::timed_out);
    EXPECT_EQ(app.of("job").waiting_time.sum(), 1s);
}

TEST(Counters, CountACallThatComesTooLateToWait) {
    Application app;
    auto job = decorate(app.registry, "job", {.concurrency = Concurrency::queue}, run_inner);
    Holder holder([&](const auto& body) { job(body); });
    EXPECT_EQ(job.before(app.clock.now()).call(nothing).status(), Status::timed_out);
    holder.let_go();
    expect_refused_once(app.of("job"), Reason::too_late);
    EXPECT_EQ(app.of("job").waiting_time.sum(), 0s);
}

TEST(Counters, CountACallThatWouldWaitForItself) {
    Application app;
    auto job = decorate(app.registry, "job", {.concurrency = Concurrency::queue}, run_inner);
    job([&] { EXPECT_EQ(job.call(nothing).status(), Status::would_deadlock); });
    expect_refused_once(app.of("job"), Reason::would_deadlock);
}

TEST(Counters, CountACallThatIsStoppedWhileItWaits) {
    Application app;
    auto job = decorate(app.registry, "job", {.concurrency = Concurrency::queue}, run_inner);
    Holder holder([&](const auto& body) { job(body); });
    std::stop_source stop;
    boost::fibers::fiber waiter([&] {
        EXPECT_EQ(job.until(stop.get_token()).call(nothing).status(), Status::cancelled);
    });
    boost::this_fiber::yield();
    app.clock.advance(6ms);
    stop.request_stop();
    waiter.join();
    holder.let_go();
    const JobCounts counts = app.of("job");
    EXPECT_EQ(counts.cancelled_waiting, 1U);
    EXPECT_EQ(counts.cancelled, 0U);
    EXPECT_EQ(counts.refused.total(), 0U);
    EXPECT_EQ(counts.waiting_time.sum(), 6ms);
    expect_idle(counts);
}

TEST(Counters, CountApartWhatADryRunWouldRefuse) {
    Application app;
    const Policy policy{
        .concurrency = Concurrency::reject,
        .throttle = Throttle::throttle,
        .period = 10s,
        .dry_run = true};
    auto job = decorate(app.registry, "job", policy, run_inner);
    job([&] {
        EXPECT_TRUE(job.call(nothing).ran());
        EXPECT_EQ(app.of("job").running, 1U);
    });
    const JobCounts counts = app.of("job");
    EXPECT_EQ(counts.started, 2U);
    EXPECT_EQ(counts.ran, 2U);
    EXPECT_EQ(counts.would_refuse[Reason::busy], 1U);
    EXPECT_EQ(counts.would_refuse[Reason::throttled], 1U);
    EXPECT_EQ(counts.would_refuse.total(), 2U);
    EXPECT_EQ(counts.refused.total(), 0U);
    expect_idle(counts);
}

TEST(Counters, DoNotTakeADryRunThatWouldQueueForAWait) {
    Application app;
    auto job = decorate(
        app.registry, "job", {.concurrency = Concurrency::queue, .dry_run = true}, run_inner
    );
    job([&] { EXPECT_TRUE(job.call(nothing).ran()); });
    const JobCounts counts = app.of("job");
    EXPECT_EQ(counts.queued, 1U);
    EXPECT_EQ(counts.ran, 2U);
    EXPECT_EQ(counts.would_refuse.total(), 0U);
    EXPECT_EQ(counts.waiting, 0U);
    EXPECT_EQ(counts.running, 0U);
    EXPECT_EQ(counts.waiting_time.count(), 0U);
}

TEST(Counters, AreSortedByJob) {
    Application app;
    for (const char* const name : {"b", "c", "a"}) {
        auto job = decorate(app.registry, name, {}, nothing);
        job();
    }
    std::vector<std::string> names;
    for (const JobCounts& counts : app.counters.snapshot()) {
        names.push_back(counts.job);
    }
    EXPECT_THAT(names, testing::ElementsAre("a", "b", "c"));
}

TEST(Counters, HaveRoomForEveryReason) {
    EXPECT_NE(name_of(static_cast<Reason>(CountsByReason::size - 1)), "?");
    EXPECT_EQ(name_of(static_cast<Reason>(CountsByReason::size)), "?");
}

TEST(Counters, HearOfAReplacementBeforeTheWaitThatItEnds) {
    const ManualClock clock;
    Counters counters(clock);
    const JobLabel job{JobId{1}, "job"};
    const auto tell = [&](EventKind kind, Reason reason = Reason::busy) {
        counters.on_event({.kind = kind, .reason = reason, .job = &job, .call = CallId{1}});
    };
    // Between threads, the newer call may be first to tell.
    tell(EventKind::arrived);
    tell(EventKind::refused, Reason::replaced);
    tell(EventKind::queued);
    expect_refused_once(counters.snapshot().front(), Reason::replaced);
}

// Each call is told by one thread from beginning to end, as calls are; every way to end has its
// turn.
TEST(Counters, AddUpWhenSeveralThreadsTell) {
    constexpr std::size_t threads = 4;
    constexpr std::uint64_t rounds = 2000;
    const ManualClock clock;
    Counters counters(clock);
    const std::array<JobLabel, 2> jobs{JobLabel{JobId{1}, "even"}, JobLabel{JobId{2}, "odd"}};
    const auto hammer = [&](std::size_t thread) {
        for (std::uint64_t round = 0; round < rounds; ++round) {
            Event event{.kind = EventKind::arrived};
            event.job = &jobs[thread % jobs.size()];
            event.call = CallId{1 + round * threads + thread};
            const auto tell = [&](EventKind kind) {
                event.kind = kind;
                counters.on_event(event);
            };
            tell(EventKind::arrived);
            if (round % 4 == 0) {
                event.reason = Reason::shut_down;
                tell(EventKind::refused);
                continue;
            }
            tell(EventKind::queued);
            if (round % 4 == 1) {
                tell(EventKind::cancelled);
                continue;
            }
            tell(EventKind::granted);
            tell(EventKind::admitted);
            tell(EventKind::started);
            event.how = round % 4 == 2 ? Status::ran : Status::failed;
            tell(EventKind::finished);
            tell(EventKind::released);
        }
    };
    std::vector<std::thread> running;
    for (std::size_t thread = 0; thread < threads; ++thread) {
        running.emplace_back(hammer, thread);
    }
    for (std::thread& thread : running) {
        thread.join();
    }
    const Counters::Snapshot snapshot = counters.snapshot();
    ASSERT_EQ(snapshot.size(), jobs.size());
    // Two threads call each job, and a quarter of their calls ends in each of four ways.
    constexpr std::uint64_t quarter = 2 * rounds / 4;
    for (const JobCounts& counts : snapshot) {
        EXPECT_EQ(counts.arrived, 4 * quarter);
        EXPECT_EQ(counts.refused[Reason::shut_down], quarter);
        EXPECT_EQ(counts.cancelled_waiting, quarter);
        EXPECT_EQ(counts.queued, 3 * quarter);
        EXPECT_EQ(counts.admitted, 2 * quarter);
        EXPECT_EQ(counts.ran, quarter);
        EXPECT_EQ(counts.failed, quarter);
        expect_idle(counts);
    }
}

}  // namespace
}  // namespace interlock
