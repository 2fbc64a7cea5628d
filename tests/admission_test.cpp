#include "core/policy/admission.hpp"

#include "core/assert.hpp"

#include <cstdint>
#include <deque>

#include <gtest/gtest.h>

namespace interlock {
namespace {

using Decision = Admission::Decision;
using Reentry = Admission::Reentry;

constexpr Admission::Request waits{.may_wait = true};

// A call whose frame outlives every test.
const CallFrame& call(std::uint64_t id, const CallFrame* parent = nullptr) {
    static std::deque<CallFrame> calls;
    return calls.emplace_back(CallFrame{.id = CallId{id}, .parent = parent});
}

TEST(Admission, HandsTheLockToTheLongestWaiter) {
    Admission admission(Reentry::none);
    EXPECT_EQ(admission.request(call(1), waits), Decision::admitted);
    EXPECT_EQ(admission.request(call(2), waits), Decision::queued);
    EXPECT_EQ(admission.request(call(3), waits), Decision::queued);
    EXPECT_EQ(admission.release(CallId{1}), CallId{2});
    EXPECT_TRUE(admission.holds(CallId{2}));
    EXPECT_EQ(admission.request(call(4), {}), Decision::busy);  // never free in between
    EXPECT_EQ(admission.release(CallId{2}), CallId{3});
    EXPECT_EQ(admission.release(CallId{3}), CallId{});
    EXPECT_FALSE(admission.is_held());
}

TEST(Admission, RefusesWhenTheQueueIsAtItsBound) {
    Admission admission(Reentry::none);
    Admission::Request const bounded{.may_wait = true, .waiting_max = 1};
    admission.request(call(1), bounded);
    EXPECT_EQ(admission.request(call(2), bounded), Decision::queued);
    EXPECT_EQ(admission.request(call(3), bounded), Decision::full);
    EXPECT_TRUE(admission.withdraw(CallId{2}));
    EXPECT_EQ(admission.request(call(3), bounded), Decision::queued);
}

TEST(Admission, LetsAWaiterLeaveWithoutDisturbingTheOthers) {
    Admission admission(Reentry::none);
    for (std::uint64_t id = 1; id <= 4; ++id) {
        admission.request(call(id), waits);
    }
    EXPECT_TRUE(admission.withdraw(CallId{3}));
    EXPECT_FALSE(admission.withdraw(CallId{3}));
    EXPECT_EQ(admission.occupancy().description(), "held by 1; waiting 2, 4");
    EXPECT_EQ(admission.release(CallId{1}), CallId{2});
    EXPECT_EQ(admission.release(CallId{2}), CallId{4});
}

TEST(Admission, IsReentrantForAnyDescendant) {
    Admission admission(Reentry::descendants);
    const CallFrame holder{CallId{1}};
    const CallFrame between{CallId{2}, &holder};  // holds nothing here
    const CallFrame nested{CallId{3}, &between};
    EXPECT_EQ(admission.request(holder, waits), Decision::admitted);
    EXPECT_EQ(admission.request(nested, {}), Decision::admitted);
    EXPECT_EQ(admission.occupancy().description(), "held by 1, 3");
    EXPECT_EQ(admission.release(CallId{3}), CallId{});
    EXPECT_TRUE(admission.holds(CallId{1}));
}

TEST(Admission, IsNotReentrantWhenItIsAJobsOwn) {
    Admission admission(Reentry::none);
    const CallFrame holder{CallId{1}};
    admission.request(holder, waits);
    EXPECT_EQ(admission.request(call(2, &holder), {}), Decision::busy);
}

TEST(Admission, MakesSiblingsTakeTurnsAheadOfStrangers) {
    Admission admission(Reentry::descendants);
    const CallFrame parent{CallId{1}};
    admission.request(parent, waits);
    EXPECT_EQ(admission.request(call(9), waits), Decision::queued);  // a stranger, first
    EXPECT_EQ(admission.request(call(2, &parent), waits), Decision::admitted);
    EXPECT_EQ(admission.request(call(3, &parent), waits), Decision::queued);
    EXPECT_EQ(admission.release(CallId{2}), CallId{3});
    EXPECT_EQ(admission.release(CallId{3}), CallId{});
    EXPECT_EQ(admission.release(CallId{1}), CallId{9});
}

// A child is behind its siblings only, a stranger behind all.
TEST(Admission, RefusesWhoWouldComeTooLate) {
    Admission admission(Reentry::descendants);
    const Admission::Request behind_one{.may_wait = true, .ahead_max = 1};
    const CallFrame parent{CallId{1}};
    admission.request(parent, behind_one);
    const CallFrame child{CallId{2}, &parent};
    admission.request(child, behind_one);
    EXPECT_EQ(admission.request({CallId{8}}, behind_one), Decision::queued);
    EXPECT_EQ(admission.request({CallId{9}}, behind_one), Decision::queued);
    EXPECT_EQ(admission.request({CallId{10}}, behind_one), Decision::too_late);
    EXPECT_EQ(admission.request({CallId{3}, &parent}, behind_one), Decision::queued);
    EXPECT_EQ(admission.request({CallId{4}, &parent}, behind_one), Decision::queued);
    EXPECT_EQ(admission.request({CallId{5}, &parent}, behind_one), Decision::too_late);
    EXPECT_EQ(admission.waiting(), 4U);
}

TEST(Admission, LetsAChildOutliveItsParent) {
    Admission admission(Reentry::descendants);
    const CallFrame parent{CallId{1}};
    admission.request(parent, waits);
    admission.request(call(2, &parent), waits);
    admission.request(call(3, &parent), waits);  // waits within 1
    admission.request(call(9), waits);
    EXPECT_EQ(admission.release(CallId{1}), CallId{});
    EXPECT_EQ(admission.occupancy().description(), "held by 2; waiting 3, 9");
    EXPECT_EQ(admission.release(CallId{2}), CallId{3});
    EXPECT_EQ(admission.release(CallId{3}), CallId{9});
}

TEST(Admission, HasTheFingerprintOfItsState) {
    Admission one(Reentry::none);
    Admission other(Reentry::none);
    for (std::uint64_t const id : {1U, 2U, 3U}) {
        one.request(call(id), waits);
    }
    for (std::uint64_t const id : {1U, 3U, 2U}) {
        other.request(call(id), waits);
    }
    EXPECT_NE(one.fingerprint(), other.fingerprint());
    one.withdraw(CallId{2});
    other.withdraw(CallId{2});
    EXPECT_EQ(one.fingerprint(), other.fingerprint());
}

int failed_assertions = 0;

TEST(Admission, IgnoresTheReleaseOfWhatIsNotHeldAndSaysSo) {
    const AssertionHandler before =
        set_assertion_handler([](const char* /*expression*/, const char* /*file*/, int /*line*/) {
            ++failed_assertions;
        });
    Admission admission(Reentry::none);
    admission.request(call(1), waits);
    EXPECT_EQ(admission.release(CallId{7}), CallId{});
    set_assertion_handler(before);
    EXPECT_EQ(failed_assertions, 1);
    EXPECT_TRUE(admission.holds(CallId{1}));
}

}  // namespace
}  // namespace interlock
