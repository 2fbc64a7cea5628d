// Jobs on threads.
#include "core/thread.hpp"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// Until `gate`, in effect: nothing else says that a call waits.
template <class Job>
void wait_until_waiting(const Job& job, std::size_t waiting) {
    while (job.snapshot().waiting() != waiting) {
        std::this_thread::yield();
    }
}

TEST(ThreadParker, ReturnsAtOnceAfterAnUnpark) {
    ThreadRuntime::Parker parker;
    parker.unpark();
    EXPECT_TRUE(parker.spin());
    parker.park();
    parker.park_for(1h);
}

TEST(ThreadParker, ReturnsWhenTheTimeIsOver) {
    ThreadRuntime::Parker parker;
    EXPECT_FALSE(parker.spin());
    const auto before = std::chrono::steady_clock::now();
    parker.park_for(2ms);
    EXPECT_GE(std::chrono::steady_clock::now() - before, 2ms);
}

TEST(ThreadParker, WakesAThreadThatIsParked) {
    for (const bool is_timed : {false, true}) {
        ThreadRuntime::Parker parker;
        std::thread waiting([&] { is_timed ? parker.park_for(1h) : parker.park(); });
        std::this_thread::sleep_for(5ms);
        parker.unpark();
        waiting.join();
    }
}

TEST(ThreadCounter, MakesUniqueIdsInAllThreads) {
    constexpr std::size_t count = 10'000;
    ThreadRuntime::Counter counter;
    std::vector<std::vector<std::uint64_t>> ids(3, std::vector<std::uint64_t>(count));
    std::vector<std::thread> threads;
    threads.reserve(ids.size());
    for (auto& mine : ids) {
        threads.emplace_back([&] {
            for (std::uint64_t& id : mine) {
                id = ++counter;
            }
        });
    }
    std::vector<std::uint64_t> all;
    for (std::size_t i = 0; i < threads.size(); ++i) {
        threads[i].join();
        all.insert(all.end(), ids[i].begin(), ids[i].end());
    }
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
    EXPECT_GT(all.front(), 0U);
}

TEST(ThreadJobs, RunInTheOrderOfTheirArrival) {
    thread::JobRegistry registry;
    std::vector<int> order;
    std::latch go(1);
    auto job = decorate(registry, "job", {.concurrency = Concurrency::queue}, [&](int n) {
        if (n == 0) {
            go.wait();
        }
        order.push_back(n);
    });
    std::vector<std::thread> threads;
    for (int n = 0; n < 4; ++n) {
        threads.emplace_back([&, n] { job(n); });
        if (n == 0) {
            while (!job.snapshot().is_held()) {
                std::this_thread::yield();
            }
        }
        wait_until_waiting(job, static_cast<std::size_t>(n));
    }
    go.count_down();
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_THAT(order, ElementsAre(0, 1, 2, 3));
}

TEST(ThreadJobs, LeaveTheQueueWhenTheirTimeIsOverOrTheyAreStopped) {
    thread::JobRegistry registry;
    std::latch go(1);
    auto job = decorate(registry, "job", {.concurrency = Concurrency::queue}, [&](bool waits) {
        if (waits) {
            go.wait();
        }
    });
    std::thread holder([&] { job(true); });
    while (!job.snapshot().is_held()) {
        std::this_thread::yield();
    }
    const auto late = job.before(SteadyClock::instance().now() + 3ms).call(false);
    EXPECT_EQ(late.status(), Status::timed_out);
    EXPECT_EQ(late.refusal()->holder_name(), "job");
    std::stop_source stop;
    std::thread stopped([&] {
        EXPECT_EQ(job.until(stop.get_token()).call(false).status(), Status::cancelled);
    });
    wait_until_waiting(job, 1);
    stop.request_stop();
    stopped.join();
    EXPECT_EQ(job.snapshot().waiting(), 0U);
    go.count_down();
    holder.join();
    EXPECT_FALSE(job.snapshot().is_held());
}

TEST(ThreadJobs, AreRefusedWhereTwoWouldWaitForEachOther) {
    thread::JobRegistry registry;
    std::latch both_hold(2);
    std::atomic<int> refused{0};
    auto first =
        decorate(registry, "first", {.concurrency = Concurrency::queue}, [](auto body) { body(); });
    auto second = decorate(registry, "second", {.concurrency = Concurrency::queue}, [](auto body) {
        body();
    });
    const auto cross = [&](auto& outer, auto& inner) {
        outer([&] {
            both_hold.arrive_and_wait();
            const auto outcome = inner.call([] {});
            if (const Refusal* const refusal = outcome.refusal()) {
                EXPECT_EQ(refusal->reason, Reason::would_deadlock);
                EXPECT_EQ(refusal->cycle->size(), 2U);
                ++refused;
            }
        });
    };
    std::thread one([&] { cross(first, second); });
    std::thread other([&] { cross(second, first); });
    one.join();
    other.join();
    EXPECT_EQ(refused, 1);
}

}  // namespace
}  // namespace interlock
