// Many tasks that call jobs of every policy at random, on whatever runs tasks; and what must be
// true when they are done.
#pragma once

#include "core/job/job.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace interlock::test {

// How long a stress test runs: INTERLOCK_STRESS_SECONDS, or a second.
inline std::chrono::seconds stress_time() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): read before there are threads.
    const char* const seconds = std::getenv("INTERLOCK_STRESS_SECONDS");
    return std::chrono::seconds(seconds != nullptr ? std::atoi(seconds) : 1);
}

template <Runtime R>
class Stress {
  public:
    // `throws`: some bodies do.
    explicit Stress(bool throws = true) : throws_(throws) {}

    // Makes calls until the time is over. Called by every task, with a number of its own.
    void run(unsigned task, std::chrono::steady_clock::time_point end) {
        std::mt19937 random(task);
        while (std::chrono::steady_clock::now() < end) {
            for (int i = 0; i < 50; ++i) {
                call(random);
            }
        }
    }

    void expect_all_free_and_accounted_for() {
        EXPECT_EQ(ran_ + refused_, calls_);
        EXPECT_GT(ran_, 0U);
        EXPECT_GT(refused_, 0U);
        std::uint64_t runs = plain_runs_;
        const auto expect_free = [&](const Occupancy& occupancy) {
            EXPECT_FALSE(occupancy.is_held()) << occupancy.description();
            EXPECT_EQ(occupancy.waiting(), 0U) << occupancy.description();
        };
        expect_free(queue_.snapshot());
        expect_free(reject_.snapshot());
        expect_free(bounded_.snapshot());
        expect_free(latest_.snapshot());
        runs += queue_runs_ + reject_runs_ + bounded_runs_ + latest_runs_;
        for (std::size_t i = 0; i < groups_.size(); ++i) {
            expect_free(groups_[i].snapshot());
            runs += group_runs_[i];
        }
        EXPECT_EQ(runs, ran_);
    }

  private:
    // Counts without any protection but the job's lock: a race would lose counts, and is seen by
    // the thread sanitizer.
    static void count(std::uint64_t& runs) { ++runs; }

    template <class Outcome>
    void note(const Outcome& outcome) {
        ++calls_;
        ++(outcome.ran() ? ran_ : refused_);
        EXPECT_NE(outcome.status(), Status::failed);
    }

    void call(std::mt19937& random) {
        const std::size_t group = random() % groups_.size();
        switch (random() % 8) {
            case 0:
                note(queue_.call([&] { count(queue_runs_); }));
                return;
            case 1:
                note(reject_.call([&] { count(reject_runs_); }));
                return;
            case 2:
                note(bounded_.call([&] { count(bounded_runs_); }));
                return;
            case 3:
                note(latest_.call([&] { count(latest_runs_); }));
                return;
            case 4:
                note(limited_.call([&] { ++plain_runs_; }));
                return;
            case 5: {
                // Within one group: re-entry. Some throw on their way out.
                const bool throws = throws_ && random() % 4 == 0;
                try {
                    nested_.on(groups_[group])([&] {
                        note(inner_.on(groups_[group]).call([&] { count(group_runs_[group]); }));
                        if (throws) {
                            throw std::runtime_error("on purpose");
                        }
                    });
                } catch (const std::runtime_error&) {
                    EXPECT_TRUE(throws);
                }
                return;
            }
            case 6: {
                // From one group into another: some would close a cycle.
                const std::size_t other = random() % groups_.size();
                const auto outcome = nested_.on(groups_[group]).call([&] {
                    note(inner_.on(groups_[other]).call([&] { count(group_runs_[other]); }));
                });
                EXPECT_TRUE(outcome.ran());
                return;
            }
            default: {
                std::stop_source stop;
                if (random() % 2 == 0) {
                    stop.request_stop();
                }
                note(queue_.until(stop.get_token()).call([&] { count(queue_runs_); }));
                return;
            }
        }
    }

    struct Run {
        template <class Body>
        void operator()(Body&& body) const {
            body();
        }
    };

    template <class Name>
    Job<R, Run> job(Name name, const Policy& policy) {
        return decorate(registry_, name, policy, Run{});
    }

    const bool throws_;
    JobRegistry<R> registry_;
    std::array<JobGroup<R>, 3> groups_{
        JobGroup<R>(registry_, "a"), JobGroup<R>(registry_, "b"), JobGroup<R>(registry_, "c")};
    Job<R, Run> queue_ = job("queue", {.concurrency = Concurrency::queue});
    Job<R, Run> reject_ = job("reject", {.concurrency = Concurrency::reject});
    Job<R, Run> bounded_ =
        job("bounded",
            {.concurrency = Concurrency::queue,
             .max_waiting = 2,
             .wait_timeout = std::chrono::microseconds(50)});
    Job<R, Run> latest_ = job("latest", {.concurrency = Concurrency::queue, .keep_latest = true});
    Job<R, Run> limited_ = job(
        "limited",
        {.throttle = Throttle::rate_limit, .period = std::chrono::microseconds(10), .max_calls = 3}
    );
    Job<R, Run> nested_ = job("nested", {.concurrency = Concurrency::group_queue});
    Job<R, Run> inner_ = job("inner", {.concurrency = Concurrency::group_queue});

    std::atomic<std::uint64_t> calls_{0};
    std::atomic<std::uint64_t> ran_{0};
    std::atomic<std::uint64_t> refused_{0};
    std::atomic<std::uint64_t> plain_runs_{0};
    std::uint64_t queue_runs_ = 0;
    std::uint64_t reject_runs_ = 0;
    std::uint64_t bounded_runs_ = 0;
    std::uint64_t latest_runs_ = 0;
    std::array<std::uint64_t, 3> group_runs_{};
};

}  // namespace interlock::test
