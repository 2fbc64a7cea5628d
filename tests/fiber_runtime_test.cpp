// What a fiber knows of itself: the job it is in, and how it waits.
#include "core/gate/fiber_runtime.hpp"

#include "core/fiber.hpp"

#include <chrono>
#include <set>
#include <stdexcept>
#include <vector>

#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>
#include <boost/fiber/pooled_fixedsize_stack.hpp>
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

}  // namespace
}  // namespace interlock
