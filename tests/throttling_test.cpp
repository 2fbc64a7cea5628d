#include "core/policy/throttling.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;
using Answer = Throttling::Answer;

TimePoint at(Duration time) {
    return TimePoint{} + time;
}

TEST(Throttling, PassesExactlyAPeriodAfterTheLastStart) {
    const Throttling::Limit limit{Throttle::throttle, 10s};
    Throttling throttling;
    EXPECT_EQ(throttling.check(limit, at(0s)).answer, Answer::pass);
    throttling.count(at(0s));
    EXPECT_EQ(throttling.check(limit, at(10s - 1ns)).answer, Answer::throttled);
    EXPECT_EQ(throttling.check(limit, at(10s - 1ns)).retry_after, 1ns);
    EXPECT_EQ(throttling.check(limit, at(10s)).answer, Answer::pass);
}

TEST(Throttling, AllowsMaxCallsInAnyWindow) {
    const Throttling::Limit limit{Throttle::rate_limit, 10s, 2};
    Throttling throttling;
    throttling.remember(2);
    throttling.count(at(0s));
    throttling.count(at(4s));
    EXPECT_EQ(throttling.check(limit, at(9s)).answer, Answer::rate_limited);
    EXPECT_EQ(throttling.check(limit, at(9s)).retry_after, 1s);
    EXPECT_EQ(throttling.check(limit, at(10s)).answer, Answer::pass);
    throttling.count(at(10s));
    EXPECT_EQ(throttling.check(limit, at(13s)).retry_after, 1s);
}

TEST(Throttling, NeverPassesALimitOfNoCalls) {
    const Throttling::Limit limit{Throttle::rate_limit, 1s, 0};
    EXPECT_EQ(Throttling().check(limit, at(5s)).answer, Answer::rate_limited);
}

TEST(Throttling, NeverThrottlesWithAPeriodOfZero) {
    const Throttling::Limit limit{Throttle::throttle, 0s};
    Throttling throttling;
    throttling.count(at(1s));
    EXPECT_EQ(throttling.check(limit, at(1s)).answer, Answer::pass);
}

// Against a list of all starts, over random starts (some dated back, as successes are) and limits
// that grow.
TEST(Throttling, AgreesWithAListOfAllStarts) {
    std::mt19937 random(1);
    for (int round = 0; round < 300; ++round) {
        Throttling throttling;
        std::vector<TimePoint> starts;
        auto max_calls = static_cast<std::uint32_t>(1 + random() % 5);
        throttling.remember(8);
        TimePoint now{};
        for (int i = 0; i < 60; ++i) {
            now += std::chrono::seconds(random() % 3);
            const Throttling::Limit limit{Throttle::rate_limit, 7s, max_calls};
            const auto in_window = std::count_if(starts.begin(), starts.end(), [&](TimePoint t) {
                return t > now - 7s;
            });
            const bool passes = in_window < static_cast<std::ptrdiff_t>(max_calls);
            ASSERT_EQ(throttling.check(limit, now).answer == Answer::pass, passes);
            if (passes) {
                const TimePoint start = now - std::chrono::seconds(random() % 2);
                throttling.count(start);
                starts.push_back(start);
            }
            if (random() % 20 == 0) {
                max_calls = std::min<std::uint32_t>(8, max_calls + 1);
            }
        }
    }
}

}  // namespace
}  // namespace interlock
