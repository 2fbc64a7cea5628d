// What a fiber knows of itself: the job it is in, and how it waits.
#include "core/gate/fiber_runtime.hpp"

#include "core/fiber.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/fiber/algo/algorithm.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>
#include <boost/fiber/pooled_fixedsize_stack.hpp>
#include <boost/fiber/properties.hpp>
#include <boost/fiber/scheduler.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock {
namespace {

using Fiber = boost::fibers::fiber;

TEST(FiberRuntime, IsInNoJobOutsideOfAllJobs) {
    EXPECT_EQ(FiberRuntime::current(), nullptr);
    Fiber([] { EXPECT_EQ(FiberRuntime::current(), nullptr); }).join();
}

TEST(FiberRuntime, KeepsTheCurrentFrameOfEachFiberApart) {
    // More fibers than a cache of the last used might keep, each switched away from many times.
    constexpr std::uint64_t fibers_max = 50;
    std::vector<Fiber> fibers;
    for (std::uint64_t i = 1; i <= fibers_max; ++i) {
        fibers.emplace_back([i] {
            EXPECT_EQ(FiberRuntime::current(), nullptr);
            const CallFrame frame{CallId{i}};
            FiberRuntime::current() = &frame;
            for (int turn = 0; turn < 20; ++turn) {
                boost::this_fiber::yield();
                ASSERT_EQ(FiberRuntime::current(), &frame);
            }
            FiberRuntime::current() = nullptr;
        });
    }
    for (Fiber& each : fibers) {
        each.join();
    }
    EXPECT_EQ(FiberRuntime::current(), nullptr);
}

TEST(FiberRuntime, StaysWhereItIsWhileTheFiberLives) {
    Fiber([] {
        const CallFrame*& mine = FiberRuntime::current();
        for (int i = 0; i < 100; ++i) {
            Fiber([] { EXPECT_EQ(FiberRuntime::current(), nullptr); }).join();
        }
        EXPECT_EQ(&FiberRuntime::current(), &mine);
    }).join();
}

TEST(FiberRuntime, StartsAfreshInAFiberAtTheAddressOfOneThatEnded) {
    constexpr int fibers_max = 10'000;
    std::set<boost::fibers::context*> addresses;
    boost::fibers::pooled_fixedsize_stack stacks;
    const CallFrame left_behind{CallId{7}};
    for (int i = 0; i < fibers_max; ++i) {
        Fiber(std::allocator_arg, stacks, [&] {
            addresses.insert(boost::fibers::context::active());
            ASSERT_EQ(FiberRuntime::current(), nullptr);
            FiberRuntime::current() = &left_behind;
        }).join();
    }
    EXPECT_LT(addresses.size(), 1'000U);  // else the test met no address twice
    EXPECT_EQ(FiberRuntime::current(), nullptr);
}

TEST(FiberRuntime, StartsAfreshAlsoWhereFibersOverlap) {
    const CallFrame left_behind{CallId{7}};
    for (int round = 0; round < 300; ++round) {
        std::vector<Fiber> fibers;
        fibers.reserve(12);
        for (int i = 0; i < 12; ++i) {
            fibers.emplace_back([&, i] {
                ASSERT_EQ(FiberRuntime::current(), nullptr);
                FiberRuntime::current() = &left_behind;
                for (int turn = 0; turn < (i + round) % 4; ++turn) {
                    boost::this_fiber::yield();
                }
                ASSERT_EQ(FiberRuntime::current(), &left_behind);
            });
        }
        for (Fiber& each : fibers) {
            each.join();
        }
    }
}

TEST(FiberRuntime, IsInTheInnermostJobWhileItsBodyRuns) {
    fiber::JobRegistry registry;
    const CallFrame* seen = nullptr;
    auto inner = decorate(registry, "inner", {}, [&] {
        seen = FiberRuntime::current();
        EXPECT_NE(seen->parent, nullptr);
    });
    auto outer = decorate(registry, "outer", {}, [&] {
        const CallFrame* const mine = FiberRuntime::current();
        ASSERT_NE(mine, nullptr);
        EXPECT_EQ(mine->parent, nullptr);
        inner();
        EXPECT_NE(seen, mine);
        EXPECT_EQ(FiberRuntime::current(), mine);
    });
    outer();
    EXPECT_EQ(FiberRuntime::current(), nullptr);
}

TEST(FiberRuntime, IsBackInTheOuterJobAfterTheInnerOneThrows) {
    fiber::JobRegistry registry;
    auto inner = decorate(registry, "inner", {}, [] { throw std::runtime_error("broken"); });
    auto outer = decorate(registry, "outer", {}, [&] {
        const CallFrame* const mine = FiberRuntime::current();
        EXPECT_THROW(inner(), std::runtime_error);
        EXPECT_EQ(FiberRuntime::current(), mine);
        inner();
    });
    EXPECT_THROW(outer(), std::runtime_error);
    EXPECT_EQ(FiberRuntime::current(), nullptr);
}

TEST(FiberRuntime, StaysInTheCallingJobWhileACallWaitsOrIsRefused) {
    fiber::JobRegistry registry;
    auto reject =
        decorate(registry, "reject", {.concurrency = Concurrency::reject}, [&](auto&& f) { f(); });
    reject([&] {
        const CallFrame* const mine = FiberRuntime::current();
        EXPECT_EQ(reject.call([] {}).status(), Status::rejected);
        EXPECT_EQ(FiberRuntime::current(), mine);
    });
    EXPECT_EQ(FiberRuntime::current(), nullptr);
}

TEST(FiberRuntime, ParksUntilItIsUnparked) {
    FiberRuntime::Parker parker;
    bool is_resumed = false;
    Fiber waiter([&] {
        parker.park();
        is_resumed = true;
    });
    for (int i = 0; i < 5; ++i) {
        boost::this_fiber::yield();
    }
    EXPECT_FALSE(is_resumed);
    EXPECT_FALSE(parker.spin());
    parker.unpark();
    EXPECT_FALSE(is_resumed);  // it waits for its turn
    waiter.join();
    EXPECT_TRUE(is_resumed);
}

TEST(FiberRuntime, ParksForATimeAtMost) {
    using namespace std::chrono_literals;
    FiberRuntime::Parker parker;
    const auto before = std::chrono::steady_clock::now();
    parker.park_for(2ms);
    EXPECT_GE(std::chrono::steady_clock::now() - before, 2ms);
    Fiber waiter([&] { parker.park_for(1h); });
    boost::this_fiber::yield();
    parker.unpark();
    waiter.join();  // or the test takes an hour
}

TEST(FiberRuntime, DoesNotParkAfterAnUnpark) {
    FiberRuntime::Parker parker;
    parker.unpark();
    EXPECT_TRUE(parker.spin());
    parker.park();  // returns, or the test hangs
}

TEST(FiberRuntime, GoesOnAheadOfThoseThatWereReadyBefore) {
    std::vector<std::string> order;
    FiberRuntime::Parker parker;
    Fiber waiter(boost::fibers::launch::dispatch, [&] {
        parker.park();
        order.emplace_back("waiter");
    });
    Fiber ready([&] { order.emplace_back("ready"); });
    parker.unpark();
    waiter.join();
    ready.join();
    EXPECT_THAT(order, testing::ElementsAre("waiter", "ready"));
}

TEST(FiberRuntime, GoesOnInTheOrderOfTheUnparks) {
    std::vector<int> order;
    std::vector<FiberRuntime::Parker> parkers(5);
    std::vector<Fiber> waiters;
    waiters.reserve(5);
    for (int i = 0; i < 5; ++i) {
        waiters.emplace_back(boost::fibers::launch::dispatch, [&, i] {
            parkers[static_cast<std::size_t>(i)].park();
            order.push_back(i);
        });
    }
    for (FiberRuntime::Parker& parker : parkers) {
        parker.unpark();
    }
    for (Fiber& waiter : waiters) {
        waiter.join();
    }
    EXPECT_THAT(order, testing::ElementsAre(0, 1, 2, 3, 4));
}

// Two that hand a lock to each other leave the others their turns.
TEST(FiberRuntime, DoesNotKeepTheOthersWaiting) {
    fiber::JobRegistry registry;
    auto job =
        decorate(registry, "job", {.concurrency = Concurrency::queue}, [](auto&& body) { body(); });
    int turns = 0;
    bool is_over = false;
    const auto call_again = [&] {
        while (!is_over) {
            job([&] { ++turns; });
        }
    };
    std::optional<Fiber> one;
    std::optional<Fiber> other;
    job([&] {
        one.emplace(boost::fibers::launch::dispatch, call_again);
        other.emplace(boost::fibers::launch::dispatch, call_again);
    });
    Fiber([&] { is_over = true; }).join();
    one->join();
    other->join();
    EXPECT_GT(turns, 2);  // or they have not met
    EXPECT_LT(turns, 100);
}

// An algorithm with an order of its own, by what it knows of the fibers.
class Ordered final
    : public boost::fibers::algo::algorithm_with_properties<boost::fibers::fiber_properties> {
  public:
    void awakened(
        boost::fibers::context* fiber, boost::fibers::fiber_properties& /*of*/
    ) noexcept override {
        fiber->ready_link(ready_);
    }
    boost::fibers::context* pick_next() noexcept override {
        if (ready_.empty()) {
            return nullptr;
        }
        boost::fibers::context* const next = &ready_.front();
        ready_.pop_front();
        return next;
    }
    [[nodiscard]] bool has_ready_fibers() const noexcept override { return !ready_.empty(); }
    void suspend_until(const std::chrono::steady_clock::time_point& /*time*/) noexcept override {}
    void notify() noexcept override {}

  private:
    boost::fibers::scheduler::ready_queue_type ready_;
};

TEST(FiberRuntime, LeavesAnAlgorithmWithPropertiesItsOrder) {
    std::vector<std::string> order;
    std::thread([&] {
        boost::fibers::use_scheduling_algorithm<Ordered>();
        FiberRuntime::Parker parker;
        Fiber waiter(boost::fibers::launch::dispatch, [&] {
            parker.park();
            order.emplace_back("waiter");
        });
        Fiber ready([&] { order.emplace_back("ready"); });
        parker.unpark();
        waiter.join();
        ready.join();
    }).join();
    EXPECT_THAT(order, testing::ElementsAre("ready", "waiter"));
}

}  // namespace
}  // namespace interlock
