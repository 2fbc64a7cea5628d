// The gate on fibers: who resumes in which order, and what a stop request does at every point.
#include "core/gate/gate.hpp"

#include "core/assert.hpp"
#include "core/gate/fiber_runtime.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

std::size_t bytes_allocated = 0;

}  // namespace

// Count what the tests allocate; not inlined, or GCC takes them for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
    bytes_allocated += size;
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): this is where memory comes from.
    if (void* const memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}

[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc)
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc)
}

namespace interlock {
namespace {

using boost::fibers::fiber;
using testing::ElementsAre;

constexpr Admission::Request wait{.may_wait = true};
constexpr Admission::Request no_wait{};

// Lets every other fiber run until it waits or ends; none here yields more often.
void settle() {
    for (int i = 0; i < 20; ++i) {
        boost::this_fiber::yield();
    }
}

using Terms = Gate<FiberRuntime>::Terms;
using Entered = Gate<FiberRuntime>::Entered;

// A gate and what happened at it, in order: "1 queued", "1 admitted", …
class Gates : public testing::Test {
  protected:
    // How it ended: "admitted", "busy", "cancelled", …
    std::string enter(
        const CallFrame& call,
        Admission::Request how,
        const std::stop_token& token = {},
        TimePoint deadline = TimePoint::max()
    ) {
        const auto entered = gate.enter(
            call,
            [&] {
                return Terms{
                    .how = how,
                    .stop = &token,
                    .clock = &SteadyClock::instance(),
                    .deadline = deadline,
                    .graph = &graph};
            },
            [&](const Entered& /*so_far*/) { note(call, "queued"); }
        );
        if (entered.granted) {
            note(call, "hands on to " + std::to_string(entered.granted.value));
        }
        static constexpr std::array words{
            "admitted",
            "busy",
            "full",
            "cancelled",
            "timed out",
            "too late",
            "replaced",
            "closed",
            "deadlocks"};
        return note(call, words.at(static_cast<std::size_t>(entered.entry)));
    }

    std::string note(const CallFrame& call, std::string word) {
        log.push_back(std::to_string(call.id.value) + " " + word);
        return word;
    }

    // A fiber that enters, waiting if it must, and leaves the gate to the test.
    fiber start(const CallFrame& call, const std::stop_token& token = {}) {
        fiber started([this, &call, token] { enter(call, wait, token); });
        settle();
        return started;
    }

    Gate<FiberRuntime> gate{Admission::Reentry::descendants};
    WaitGraph<FiberRuntime> graph;
    std::vector<std::string> log;
    CallFrame c1{CallId{1}};
    CallFrame c2{CallId{2}};
    CallFrame c3{CallId{3}};
    CallFrame c4{CallId{4}};
    std::stop_source stop;
};

TEST_F(Gates, AdmitAtOnceWhenNobodyHolds) {
    EXPECT_EQ(enter(c1, no_wait), "admitted");
    EXPECT_TRUE(gate.snapshot().holds(c1.id));
    EXPECT_EQ(gate.leave(c1), CallId{});
    EXPECT_FALSE(gate.snapshot().is_held());
    EXPECT_THAT(log, ElementsAre("1 admitted"));
}

TEST_F(Gates, RefuseAtOnceWhoWouldNotWaitAndWhoFindsTheQueueFull) {
    enter(c1, no_wait);
    EXPECT_EQ(enter(c2, no_wait), "busy");
    EXPECT_EQ(enter(c2, {.may_wait = true, .waiting_max = 0}), "full");
    EXPECT_THAT(log, ElementsAre("1 admitted", "2 busy", "2 full"));
}

TEST_F(Gates, ResumeWaitersInTheOrderOfTheirArrival) {
    enter(c1, wait);
    fiber second = start(c2);
    fiber third = start(c3);
    EXPECT_EQ(gate.leave(c1), c2.id);
    fiber fourth = start(c4);  // queues once the second has resumed
    EXPECT_EQ(gate.leave(c2), c3.id);
    third.join();
    EXPECT_EQ(gate.leave(c3), c4.id);
    fourth.join();
    EXPECT_EQ(gate.leave(c4), CallId{});
    second.join();
    EXPECT_THAT(
        log,
        ElementsAre(
            "1 admitted",
            "2 queued",
            "3 queued",
            "2 admitted",
            "4 queued",
            "3 admitted",
            "4 admitted"
        )
    );
}

TEST_F(Gates, HaveNoGapBetweenALeaveAndTheResumptionOfTheWaiter) {
    enter(c1, wait);
    fiber second = start(c2);
    gate.leave(c1);
    EXPECT_EQ(enter(c3, no_wait), "busy");  // the second has the lock but has not yet resumed
    EXPECT_TRUE(gate.snapshot().holds(c2.id));
    second.join();
    gate.leave(c2);
}

TEST_F(Gates, ResumeADescendantAheadOfAStranger) {
    enter(c1, wait);
    const CallFrame child{CallId{11}, &c1};
    const CallFrame sibling{CallId{12}, &c1};
    enter(child, wait);
    fiber stranger = start(c2);
    fiber turn = start(sibling);
    EXPECT_EQ(gate.leave(child), sibling.id);
    turn.join();
    EXPECT_EQ(gate.leave(sibling), CallId{});
    EXPECT_EQ(gate.leave(c1), c2.id);
    stranger.join();
    gate.leave(c2);
}

TEST_F(Gates, EndTheWaitOfAStoppedCallWithoutDisturbingTheOthers) {
    enter(c1, wait);
    fiber second = start(c2);
    fiber third = start(c3, stop.get_token());
    fiber fourth = start(c4);
    log.clear();
    stop.request_stop();
    third.join();
    EXPECT_THAT(log, ElementsAre("3 cancelled"));
    EXPECT_THAT(gate.snapshot().waiters(), ElementsAre(c2.id, c4.id));
    EXPECT_EQ(gate.leave(c1), c2.id);
    EXPECT_EQ(gate.leave(c2), c4.id);
    second.join();
    fourth.join();
    gate.leave(c4);
}

TEST_F(Gates, ResumeAWaiterThatQueuesAfterTheLastOneLeft) {
    enter(c1, wait);
    fiber second = start(c2, stop.get_token());
    stop.request_stop();
    second.join();
    fiber third = start(c3);
    EXPECT_EQ(gate.leave(c1), c3.id);
    third.join();
    fiber fourth = start(c4);
    EXPECT_EQ(gate.leave(c3), c4.id);
    fourth.join();
    gate.leave(c4);
}

TEST_F(Gates, HandOnTheLockOfACallStoppedAfterItsGrant) {
    enter(c1, wait);
    fiber second = start(c2, stop.get_token());
    fiber third = start(c3);
    log.clear();
    EXPECT_EQ(gate.leave(c1), c2.id);
    stop.request_stop();
    second.join();
    third.join();
    EXPECT_THAT(log, ElementsAre("2 hands on to 3", "2 cancelled", "3 admitted"));
    EXPECT_EQ(gate.leave(c3), CallId{});
}

TEST_F(Gates, HandOnTheLockGrantedToACallThatIsAlreadyStopped) {
    enter(c1, wait);
    fiber second = start(c2, stop.get_token());
    fiber third = start(c3);
    log.clear();
    stop.request_stop();
    EXPECT_EQ(gate.leave(c1), c2.id);  // it is still in the queue
    second.join();
    third.join();
    EXPECT_THAT(log, ElementsAre("2 hands on to 3", "2 cancelled", "3 admitted"));
    EXPECT_EQ(gate.leave(c3), CallId{});
}

TEST_F(Gates, AreFreeAfterTheOnlyWaiterIsStoppedAfterItsGrant) {
    enter(c1, wait);
    fiber second = start(c2, stop.get_token());
    gate.leave(c1);
    stop.request_stop();
    second.join();
    EXPECT_FALSE(gate.snapshot().is_held());
}

TEST_F(Gates, DoNotMakeACallWaitThatWasStoppedBefore) {
    stop.request_stop();
    enter(c1, wait);
    EXPECT_EQ(enter(c2, wait, stop.get_token()), "cancelled");  // in this fiber: never waits
    EXPECT_THAT(log, ElementsAre("1 admitted", "2 queued", "2 cancelled"));
    EXPECT_EQ(gate.leave(c1), CallId{});
}

TEST_F(Gates, AdmitAStoppedCallThatNeedNotWait) {
    stop.request_stop();
    EXPECT_EQ(enter(c1, wait, stop.get_token()), "admitted");
    gate.leave(c1);
}

TEST_F(Gates, DoNotHearAStopRequestOnceTheWaitIsOver) {
    enter(c1, wait);
    fiber second = start(c2, stop.get_token());
    gate.leave(c1);
    second.join();
    stop.request_stop();
    EXPECT_TRUE(gate.snapshot().holds(c2.id));
    gate.leave(c2);
}

TEST_F(Gates, EndAWaitWhenItsTimeIsOver) {
    using namespace std::chrono_literals;
    enter(c1, wait);
    const TimePoint now = SteadyClock::instance().now();
    EXPECT_EQ(enter(c2, wait, {}, now + 2ms), "timed out");
    EXPECT_GE(SteadyClock::instance().now(), now + 2ms);
    EXPECT_EQ(gate.snapshot().waiting(), 0U);
    EXPECT_EQ(enter(c3, wait, {}, now), "too late");
    EXPECT_EQ(gate.snapshot().waiting(), 0U);
    EXPECT_EQ(gate.leave(c1), CallId{});
}

TEST_F(Gates, GiveTheLockToAWaiterWhoseTimeIsNotOver) {
    using namespace std::chrono_literals;
    enter(c1, wait);
    fiber second([&] { enter(c2, wait, {}, SteadyClock::instance().now() + 1min); });
    settle();
    EXPECT_EQ(gate.leave(c1), c2.id);
    second.join();
    EXPECT_EQ(log.back(), "2 admitted");
    gate.leave(c2);
}

TEST_F(Gates, EndEveryWaitWhenTheyClose) {
    enter(c1, wait);
    fiber second = start(c2);
    fiber third = start(c3);
    log.clear();
    gate.close();
    second.join();
    third.join();
    EXPECT_EQ(enter(c4, wait), "closed");
    EXPECT_THAT(log, ElementsAre("2 closed", "3 closed", "4 closed"));
    EXPECT_EQ(gate.leave(c1), CallId{});
    gate.open();
    EXPECT_EQ(enter(c4, wait), "admitted");
    gate.leave(c4);
}

TEST_F(Gates, LetANewerCallOfAJobTakeThePlaceOfTheOneThatWaits) {
    const JobLabel job{JobId{1}, "job"};
    const JobLabel other{JobId{2}, "other"};
    c2.job = c4.job = &job;
    c3.job = &other;
    enter(c1, wait);
    fiber second = start(c2);
    fiber third = start(c3);
    fiber fourth([&] {
        const auto entered = gate.enter(
            c4,
            [] { return Terms{.how = wait, .replaces = true}; },
            [&](const Entered& so_far) {
                note(c4, "takes the place of " + std::to_string(so_far.replaced.value));
            }
        );
        EXPECT_EQ(entered.entry, Entry::admitted);
    });
    settle();
    second.join();
    EXPECT_THAT(
        log,
        ElementsAre("1 admitted", "2 queued", "3 queued", "4 takes the place of 2", "2 replaced")
    );
    EXPECT_THAT(gate.snapshot().waiters(), ElementsAre(c3.id, c4.id));
    EXPECT_EQ(gate.leave(c1), c3.id);
    third.join();
    EXPECT_EQ(gate.leave(c3), c4.id);
    fourth.join();
    gate.leave(c4);
}

TEST_F(Gates, RefuseAWaitThatClosesACycle) {
    Gate<FiberRuntime> other{Admission::Reentry::none};
    const CallFrame inner2{CallId{22}, &c2};
    const CallFrame inner1{CallId{11}, &c1};
    const auto enter_other = [&](const CallFrame& call) {
        return other.enter(
            call,
            [&] { return Terms{.how = wait, .graph = &graph}; },
            [](const Entered& /*so_far*/) {}
        );
    };
    enter(c1, wait);
    enter_other(c2);
    fiber second = start(inner2);  // its parent holds `other`
    EXPECT_EQ(log.back(), "22 queued");
    const auto entered = enter_other(inner1);
    EXPECT_EQ(entered.entry, Entry::would_deadlock);
    EXPECT_EQ(entered.holder.call, c2.id);
    ASSERT_NE(entered.cycle, nullptr);
    ASSERT_EQ(entered.cycle->size(), 2U);
    EXPECT_EQ(entered.cycle->front().call, inner1.id);
    EXPECT_EQ(entered.cycle->back().call, inner2.id);
    EXPECT_EQ(other.snapshot().waiting(), 0U);
    EXPECT_EQ(gate.leave(c1), inner2.id);
    second.join();
    gate.leave(inner2);
    other.leave(c2);
}

int assertions_failed = 0;

TEST_F(Gates, AssertAndIgnoreTheLeaveOfACallThatIsNotIn) {
    const AssertionHandler before =
        set_assertion_handler([](const char* /*expression*/, const char* /*file*/, int /*line*/) {
            ++assertions_failed;
        });
    enter(c1, wait);
    EXPECT_EQ(gate.leave(c2), CallId{});
    set_assertion_handler(before);
    EXPECT_EQ(assertions_failed, 1);
    EXPECT_TRUE(gate.snapshot().holds(c1.id));
}

// Three fibers take turns for long, and one or two of them always wait: the queue never runs empty.
TEST_F(Gates, KeepNothingOfWaitersThatAreGone) {
    std::size_t copied_max = 0;
    const auto take_turns = [&](std::uint64_t first) {
        for (std::uint64_t i = 0; i < 2'000; ++i) {
            const CallFrame call{CallId{first + 3 * i}};
            gate.enter(
                call, [] { return Terms{.how = wait}; }, [](const Entered& /*so_far*/) {}
            );
            boost::this_fiber::yield();
            bytes_allocated = 0;
            const Occupancy copy = gate.snapshot();
            copied_max = std::max(copied_max, bytes_allocated);
            gate.leave(call);
        }
    };
    fiber first(take_turns, 1);
    fiber second(take_turns, 2);
    fiber third(take_turns, 3);
    first.join();
    second.join();
    third.join();
    EXPECT_LE(copied_max, 1024U) << "bytes, for one holder and two waiters";
}

}  // namespace
}  // namespace interlock
