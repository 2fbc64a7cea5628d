// When the next start may follow: exact boundaries by example, everything else by an oracle.
#include "core/policy/throttling.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace interlock {
namespace {

using std::chrono::nanoseconds;
using Answer = Throttling::Answer;

constexpr TimePoint at(std::int64_t ns) {
    return TimePoint(nanoseconds(ns));
}

constexpr Policy throttle_of(std::int64_t period) {
    return {.throttle = Throttle::throttle, .period = nanoseconds(period)};
}

constexpr Policy rate_limit_of(std::uint32_t max_calls, std::int64_t period) {
    return {
        .throttle = Throttle::rate_limit, .period = nanoseconds(period), .max_calls = max_calls};
}

void expect_pass(const Throttling& throttling, const Policy& policy, TimePoint now) {
    const auto decision = throttling.check(policy, now);
    EXPECT_EQ(decision.answer, Answer::pass) << "at " << now.time_since_epoch().count();
    EXPECT_EQ(decision.retry_after, Duration::zero());
}

void expect_refused(
    const Throttling& throttling, const Policy& policy, TimePoint now, std::int64_t retry_after
) {
    const auto decision = throttling.check(policy, now);
    EXPECT_EQ(
        decision.answer, is_rate_limit(policy.throttle) ? Answer::rate_limited : Answer::throttled
    ) << "at "
      << now.time_since_epoch().count();
    EXPECT_EQ(decision.retry_after, nanoseconds(retry_after));
}

TEST(Throttling, PassesBeforeTheFirstStart) {
    Throttling throttling;
    throttling.remember(1);
    EXPECT_EQ(throttling.last_start(), std::nullopt);
    expect_pass(throttling, throttle_of(1000), at(0));
    expect_pass(throttling, rate_limit_of(1, 1000), at(0));
}

TEST(Throttling, RunsAgainExactlyOnePeriodLaterAndNotOneNanosecondBefore) {
    Throttling throttling;
    throttling.count(at(500));
    expect_refused(throttling, throttle_of(1000), at(500), 1000);
    expect_refused(throttling, throttle_of(1000), at(501), 999);
    expect_refused(throttling, throttle_of(1000), at(1499), 1);
    expect_pass(throttling, throttle_of(1000), at(1500));
    expect_pass(throttling, throttle_of(1000), at(1501));
}

TEST(Throttling, FreesAPlaceInTheWindowExactlyOnePeriodLater) {
    Throttling throttling;
    throttling.remember(2);
    throttling.count(at(0));
    expect_pass(throttling, rate_limit_of(2, 1000), at(0));
    throttling.count(at(400));
    expect_refused(throttling, rate_limit_of(2, 1000), at(400), 600);
    expect_refused(throttling, rate_limit_of(2, 1000), at(999), 1);
    expect_pass(throttling, rate_limit_of(2, 1000), at(1000));
    throttling.count(at(1000));  // the window slides: now 400 is the older of the two
    expect_refused(throttling, rate_limit_of(2, 1000), at(1000), 400);
    expect_refused(throttling, rate_limit_of(2, 1000), at(1399), 1);
    expect_pass(throttling, rate_limit_of(2, 1000), at(1400));
}

TEST(Throttling, NeverThrottlesWithAPeriodOfZero) {
    Throttling throttling;
    throttling.remember(1);
    throttling.count(at(0));
    expect_pass(throttling, throttle_of(0), at(0));
    expect_pass(throttling, rate_limit_of(1, 0), at(0));
}

TEST(Throttling, AlwaysRefusesWhenNoCallsAreAllowedAndKnowsNoTimeToRetry) {
    Throttling throttling;
    for (std::int64_t const period : {0, 1000}) {
        for (std::int64_t const now : {0, 1'000'000}) {
            const auto decision = throttling.check(rate_limit_of(0, period), at(now));
            EXPECT_EQ(decision.answer, Answer::rate_limited);
            EXPECT_EQ(decision.retry_after, Duration::max());
        }
    }
}

TEST(Throttling, PassesWithoutAThrottle) {
    Throttling throttling;
    throttling.count(at(0));
    expect_pass(throttling, {}, at(0));
}

TEST(Throttling, KeepsTheLatestDateWhenSuccessesEndOutOfOrder) {
    Throttling throttling;
    throttling.remember(2);
    throttling.count(at(700));
    throttling.count(at(300));  // began first, ended last
    EXPECT_EQ(throttling.last_start(), at(700));
    expect_refused(throttling, throttle_of(1000), at(800), 900);
    expect_refused(throttling, rate_limit_of(2, 1000), at(800), 500);
    throttling.count(at(500));  // pushes out 300, not 700
    expect_refused(throttling, rate_limit_of(2, 1000), at(800), 700);
    throttling.count(at(100));  // older than all that is kept
    expect_refused(throttling, rate_limit_of(2, 1000), at(800), 700);
}

TEST(Throttling, KeepsWhatItHasWhenALargerLimitArrives) {
    Throttling throttling;
    throttling.remember(2);
    for (std::int64_t const start : {100, 200, 300}) {
        throttling.count(at(start));  // the ring has turned: 300 lies before 200
    }
    throttling.remember(4);
    throttling.remember(3);  // smaller: changes nothing
    throttling.count(at(400));
    throttling.count(at(500));
    expect_refused(throttling, rate_limit_of(4, 1000), at(600), 600);  // 200 is the fourth
    expect_refused(throttling, rate_limit_of(3, 1000), at(600), 700);
    expect_refused(throttling, rate_limit_of(2, 1000), at(600), 800);
    expect_refused(throttling, rate_limit_of(1, 1000), at(600), 900);
    throttling.count(at(600));
    expect_refused(throttling, rate_limit_of(4, 1000), at(600), 700);
}

TEST(Throttling, HasEqualFingerprintsForEqualStartsHoweverTheyArrived) {
    Throttling turned;
    turned.remember(2);
    for (std::int64_t const start : {100, 200, 300}) {
        turned.count(at(start));
    }
    Throttling straight;
    straight.remember(2);
    EXPECT_NE(straight.fingerprint(), turned.fingerprint());
    straight.count(at(300));
    EXPECT_NE(straight.fingerprint(), turned.fingerprint());
    straight.count(at(200));
    EXPECT_EQ(straight.fingerprint(), turned.fingerprint());
}

TEST(Throttling, TellsAStartAtTheEpochFromNone) {
    Throttling started;
    started.count(at(0));
    EXPECT_NE(started.fingerprint(), Throttling().fingerprint());
}

// All starts in a sorted vector, and the rules of a window word for word.
class Oracle {
  public:
    void remember(std::size_t max_calls) { kept_ = std::max(kept_, max_calls); }

    void count(std::int64_t start) {
        last_ = std::max(last_, start);
        starts_.push_back(start);
        std::sort(starts_.begin(), starts_.end());
        while (starts_.size() > kept_) {
            starts_.erase(starts_.begin());
        }
    }

    [[nodiscard]] bool passes(const Policy& policy, std::int64_t now) const {
        std::int64_t const period = policy.period->count();
        if (policy.throttle == Throttle::throttle) {
            return now - last_ >= period;
        }
        const auto in_window = std::count_if(starts_.begin(), starts_.end(), [&](auto start) {
            return start > now - period;
        });
        return static_cast<std::uint64_t>(in_window) < *policy.max_calls;
    }

    // By trial, nanosecond for nanosecond.
    [[nodiscard]] std::int64_t retry_after(const Policy& policy, std::int64_t now) const {
        std::int64_t later = now;
        while (!passes(policy, later)) {
            ++later;
        }
        return later - now;
    }

  private:
    std::vector<std::int64_t> starts_;
    std::size_t kept_ = 0;
    std::int64_t last_ = -1'000'000;
};

TEST(Throttling, AgreesWithTheOracleOverRandomStarts) {
    // NOLINTNEXTLINE(cert-msc51-cpp,bugprone-random-generator-seed): the same runs every time.
    std::mt19937 random(20250730);
    const auto below = [&](int bound) { return static_cast<int>(random() % unsigned(bound)); };
    int refused = 0;
    for (int run = 0; run < 2000; ++run) {
        Throttling throttling;
        Oracle oracle;
        std::uint32_t kept = 0;
        std::int64_t now = 0;
        for (int step = 0; step < 40; ++step) {
            now += below(4);
            if (below(8) == 0) {
                kept = std::max(kept, static_cast<std::uint32_t>(below(6)));
                throttling.remember(kept);
                oracle.remember(kept);
            }
            const Policy policy =
                kept == 0 || below(2) == 0
                    ? throttle_of(below(12))
                    : rate_limit_of(1 + static_cast<std::uint32_t>(random() % kept), below(12));
            const auto decision = throttling.check(policy, at(now));
            const bool passes = decision.answer == Answer::pass;
            ASSERT_EQ(passes, oracle.passes(policy, now)) << "run " << run << ", step " << step;
            ASSERT_EQ(decision.retry_after.count(), oracle.retry_after(policy, now))
                << "run " << run << ", step " << step;
            refused += passes ? 0 : 1;
            if (passes || below(4) == 0) {
                // Mostly now; at times a success that began a while ago.
                std::int64_t const start = below(3) == 0 ? now - below(10) : now;
                throttling.count(at(start));
                oracle.count(start);
            }
        }
    }
    EXPECT_GT(refused, 10'000);  // of 80,000 questions: neither answer is rare
}

}  // namespace
}  // namespace interlock
