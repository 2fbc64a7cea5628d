// One job, many keys.
#include "core/job/keyed_job.hpp"

#include "core/fiber.hpp"
#include "tests/manual_clock.hpp"

#include <stop_token>
#include <string>
#include <vector>

#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;

class Keyed : public testing::Test {
  protected:
    ManualClock clock;
    fiber::JobRegistry registry{clock};
};

TEST_F(Keyed, HaveALockForEachKey) {
    auto job = decorate_keyed<std::string>(
        registry,
        "job",
        {.concurrency = Concurrency::reject},
        [](const std::string& key, auto body) {
            body();
            return key;
        }
    );
    const auto nothing = [] {};
    EXPECT_EQ(
        job("a",
            [&] {
                EXPECT_EQ(job.call("a", nothing).status(), Status::rejected);
                EXPECT_EQ(job("b", nothing), "b");
            }),
        "a"
    );
    EXPECT_EQ(job("a", nothing), "a");
    EXPECT_EQ(job.size(), 2U);
}

TEST_F(Keyed, HaveAThrottleForEachKey) {
    auto job = decorate_keyed<int>(
        registry, "job", {.throttle = Throttle::throttle, .period = 10s}, [](int /*key*/) {}
    );
    EXPECT_TRUE(job.call(1).ran());
    EXPECT_EQ(job.call(1).status(), Status::throttled);
    EXPECT_TRUE(job.call(2).ran());
    EXPECT_THROW(job(2), JobThrottled);
}

TEST_F(Keyed, ForgetTheKeyThatWasNotUsedForLongest) {
    auto job = decorate_keyed<int>(registry, "job", {}, [](int /*key*/) {}, {.keys_max = 2});
    job(1);
    job(2);
    job(1);
    job(3);
    EXPECT_EQ(job.size(), 2U);
    for (int key = 4; key < 1000; ++key) {
        job(key);
    }
    EXPECT_EQ(job.size(), 2U);
}

TEST_F(Keyed, DoNotForgetWhatAThrottleMustRemember) {
    auto job = decorate_keyed<int>(
        registry,
        "job",
        {.throttle = Throttle::throttle, .period = 10s},
        [](int /*key*/) {},
        {.keys_max = 1}
    );
    EXPECT_TRUE(job.call(1).ran());
    const auto refused = job.call(2);
    ASSERT_NE(refused.refusal(), nullptr);
    EXPECT_EQ(refused.refusal()->reason, Reason::too_many_keys);
    clock.advance(10s);
    EXPECT_TRUE(job.call(2).ran());
    EXPECT_EQ(job.size(), 1U);
}

TEST_F(Keyed, DoNotForgetAKeyWhoseCallIsOnItsWay) {
    auto job = decorate_keyed<int>(
        registry, "job", {}, [](int /*key*/, auto body) { body(); }, {.keys_max = 1}
    );
    job(1, [&] { EXPECT_EQ(job.call(2, [] {}).status(), Status::rejected); });
    EXPECT_TRUE(job.call(2, [] {}).ran());
}

TEST_F(Keyed, ExpireWhenTheyAreIdle) {
    auto job = decorate_keyed<int>(
        registry, "job", {}, [](int /*key*/) {}, {.keys_max = 100, .idle_for = 1min}
    );
    for (int key = 0; key < 50; ++key) {
        job(key);
    }
    clock.advance(1min);
    job(1000);
    EXPECT_EQ(job.size(), 1U);
}

TEST_F(Keyed, EndTheirWaitsAsJobsDo) {
    auto job = decorate_keyed<int>(
        registry,
        "job",
        {.concurrency = Concurrency::queue, .detect_deadlock = false},
        [](int /*key*/, auto body) { body(); }
    );
    std::stop_source stop;
    stop.request_stop();
    const auto nothing = [] {};
    job(1, [&] {
        EXPECT_EQ(job.until(stop.get_token()).call(1, nothing).status(), Status::cancelled);
        EXPECT_EQ(job.before(clock.now()).call(1, nothing).status(), Status::timed_out);
        EXPECT_THROW(job.before(clock.now())(1, nothing), JobTimedOut);
        EXPECT_TRUE(job.until(stop.get_token()).before(clock.now()).call(2, nothing).ran());
    });
}

TEST_F(Keyed, HaveNoGroup) {
    EXPECT_THROW(
        decorate_keyed<int>(
            registry, "job", {.concurrency = Concurrency::group_queue}, [](int /*key*/) {}
        ),
        PolicyError
    );
    auto job = decorate_keyed<int>(registry, "job", {}, [](int /*key*/) {});
    EXPECT_THROW(decorate(registry, "job", {}, [] {}), PolicyError);
}

}  // namespace
}  // namespace interlock
