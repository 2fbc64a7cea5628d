// What a policy may say, and what is said of one that contradicts itself.
#include "core/policy/policy.hpp"

#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array concurrencies{
    Concurrency::none,
    Concurrency::reject,
    Concurrency::queue,
    Concurrency::group_reject,
    Concurrency::group_queue,
};

constexpr std::array throttles{
    Throttle::none,
    Throttle::throttle,
    Throttle::rate_limit,
    Throttle::group_throttle,
    Throttle::group_rate_limit,
};

TEST(Policy, SpellsItsEnumeratorsAsTheyAreWritten) {
    EXPECT_EQ(name_of(Concurrency::none), "none");
    EXPECT_EQ(name_of(Concurrency::reject), "reject");
    EXPECT_EQ(name_of(Concurrency::queue), "queue");
    EXPECT_EQ(name_of(Concurrency::group_reject), "group_reject");
    EXPECT_EQ(name_of(Concurrency::group_queue), "group_queue");
    EXPECT_EQ(name_of(Throttle::none), "none");
    EXPECT_EQ(name_of(Throttle::throttle), "throttle");
    EXPECT_EQ(name_of(Throttle::rate_limit), "rate_limit");
    EXPECT_EQ(name_of(Throttle::group_throttle), "group_throttle");
    EXPECT_EQ(name_of(Throttle::group_rate_limit), "group_rate_limit");
    EXPECT_EQ(name_of(ThrottleCounts::start), "start");
    EXPECT_EQ(name_of(ThrottleCounts::success), "success");
}

TEST(Policy, DefaultsToNoRestrictionAtAll) {
    const Policy policy;
    EXPECT_EQ(policy.concurrency, Concurrency::none);
    EXPECT_EQ(policy.throttle, Throttle::none);
    EXPECT_EQ(policy.throttle_counts, ThrottleCounts::start);
    EXPECT_FALSE(policy.period || policy.max_calls || policy.max_waiting);
    EXPECT_THAT(problems_of("refresh", policy), IsEmpty());
}

TEST(Policy, AllowsAllTwentyFiveCombinationsOfConcurrencyAndThrottle) {
    for (const Concurrency concurrency : concurrencies) {
        for (const Throttle throttle : throttles) {
            Policy policy{.concurrency = concurrency, .throttle = throttle};
            if (throttle != Throttle::none) {
                policy.period = hours(1);
            }
            if (is_rate_limit(throttle)) {
                policy.max_calls = 2;
            }
            EXPECT_THAT(problems_of("refresh", policy), IsEmpty())
                << name_of(concurrency) << " with " << name_of(throttle);
        }
    }
}

TEST(Policy, AllowsAPeriodOfZeroAndNoCallsAtAll) {
    EXPECT_THAT(
        problems_of("refresh", {.throttle = Throttle::throttle, .period = nanoseconds(0)}),
        IsEmpty()
    );
    EXPECT_THAT(
        problems_of(
            "refresh", {.throttle = Throttle::rate_limit, .period = hours(1), .max_calls = 0}
        ),
        IsEmpty()
    );
}

TEST(Policy, NeedsAPeriodForEveryThrottle) {
    EXPECT_THAT(
        problems_of("refresh", {.throttle = Throttle::throttle}),
        ElementsAre("Job refresh is using throttle throttle without a throttle period!")
    );
    EXPECT_THAT(
        problems_of("refresh", {.throttle = Throttle::group_throttle}),
        ElementsAre("Job refresh is using throttle group_throttle without a throttle period!")
    );
    EXPECT_THAT(
        problems_of("refresh", {.throttle = Throttle::rate_limit, .max_calls = 2}),
        ElementsAre("Job refresh is using throttle rate_limit without a throttle period!")
    );
    EXPECT_THAT(
        problems_of("refresh", {.throttle = Throttle::group_rate_limit, .max_calls = 2}),
        ElementsAre("Job refresh is using throttle group_rate_limit without a throttle period!")
    );
}

TEST(Policy, NeedsMaxCallsForEveryRateLimit) {
    EXPECT_THAT(
        problems_of("refresh", {.throttle = Throttle::rate_limit, .period = hours(1)}),
        ElementsAre("Job refresh is using throttle rate_limit without throttle max calls!")
    );
    EXPECT_THAT(
        problems_of("refresh", {.throttle = Throttle::group_rate_limit, .period = hours(1)}),
        ElementsAre("Job refresh is using throttle group_rate_limit without throttle max calls!")
    );
}

TEST(Policy, RefusesANegativePeriod) {
    EXPECT_THAT(
        problems_of("refresh", {.throttle = Throttle::throttle, .period = nanoseconds(-1)}),
        ElementsAre("Job refresh has a negative throttle period!")
    );
}

TEST(Policy, RefusesAPeriodWithoutAThrottle) {
    EXPECT_THAT(
        problems_of("refresh", {.period = hours(1)}),
        ElementsAre("Job refresh has a throttle period but no throttle!")
    );
}

TEST(Policy, RefusesMaxCallsWithoutARateLimit) {
    const auto* const sentence = "Job refresh has throttle max calls but no rate limit!";
    EXPECT_THAT(problems_of("refresh", {.max_calls = 2}), ElementsAre(sentence));
    for (const Throttle throttle : {Throttle::throttle, Throttle::group_throttle}) {
        EXPECT_THAT(
            problems_of("refresh", {.throttle = throttle, .period = hours(1), .max_calls = 2}),
            ElementsAre(sentence)
        );
    }
}

TEST(Policy, BoundsAQueueOnlyWhereThereIsOne) {
    for (const Concurrency concurrency : concurrencies) {
        const Policy policy{.concurrency = concurrency, .max_waiting = 3};
        if (concurrency == Concurrency::queue || concurrency == Concurrency::group_queue) {
            EXPECT_THAT(problems_of("refresh", policy), IsEmpty()) << name_of(concurrency);
        } else {
            EXPECT_THAT(
                problems_of("refresh", policy),
                ElementsAre("Job refresh bounds its queue (max_waiting) but never queues!")
            ) << name_of(concurrency);
        }
    }
}

TEST(Policy, NamesEveryProblemThatItHas) {
    EXPECT_THAT(
        problems_of("refresh", {.throttle = Throttle::rate_limit, .max_waiting = 3}),
        ElementsAre(
            "Job refresh is using throttle rate_limit without a throttle period!",
            "Job refresh is using throttle rate_limit without throttle max calls!",
            "Job refresh bounds its queue (max_waiting) but never queues!"
        )
    );
    EXPECT_THAT(
        problems_of("refresh", {.period = nanoseconds(-1), .max_calls = 2}),
        ElementsAre(
            "Job refresh has a negative throttle period!",
            "Job refresh has a throttle period but no throttle!",
            "Job refresh has throttle max calls but no rate limit!"
        )
    );
}

TEST(Policy, SaysWhichModeNeedsAGroup) {
    EXPECT_EQ(
        problem_without_group("refresh", {.concurrency = Concurrency::group_reject}),
        "Job refresh uses group concurrency (group_reject) but is not on a JobGroup! "
        "The class must inherit from JobGroup to use GROUP_REJECT or GROUP_QUEUE."
    );
    EXPECT_EQ(
        problem_without_group("refresh", {.concurrency = Concurrency::group_queue}),
        "Job refresh uses group concurrency (group_queue) but is not on a JobGroup! "
        "The class must inherit from JobGroup to use GROUP_REJECT or GROUP_QUEUE."
    );
    EXPECT_EQ(
        problem_without_group("refresh", {.throttle = Throttle::group_throttle}),
        "Job refresh uses group throttling (group_throttle) but is not on a JobGroup! "
        "The class must inherit from JobGroup to use GROUP_THROTTLE or GROUP_RATE_LIMIT."
    );
    EXPECT_EQ(
        problem_without_group("refresh", {.throttle = Throttle::group_rate_limit}),
        "Job refresh uses group throttling (group_rate_limit) but is not on a JobGroup! "
        "The class must inherit from JobGroup to use GROUP_THROTTLE or GROUP_RATE_LIMIT."
    );
}

TEST(Policy, SpeaksOfConcurrencyFirstWhenBothNeedAGroup) {
    EXPECT_THAT(
        problem_without_group(
            "refresh",
            {.concurrency = Concurrency::group_queue, .throttle = Throttle::group_throttle}
        ),
        testing::StartsWith("Job refresh uses group concurrency (group_queue)")
    );
}

TEST(Policy, SaysHowLongRunsTakeOnlyWhereCallsWait) {
    using std::chrono::seconds;
    EXPECT_THAT(
        problems_of("refresh", {.concurrency = Concurrency::queue, .service_time = seconds(1)}),
        IsEmpty()
    );
    EXPECT_THAT(
        problems_of("refresh", {.concurrency = Concurrency::reject, .service_time = seconds(1)}),
        ElementsAre("Job refresh says how long its runs take (service_time) but never queues!")
    );
    EXPECT_THAT(
        problems_of("refresh", {.concurrency = Concurrency::queue, .service_time = seconds(0)}),
        ElementsAre("Job refresh has a service time that is not positive!")
    );
    EXPECT_THAT(
        problems_of(
            "refresh",
            {.concurrency = Concurrency::queue, .service_time = seconds(1), .keep_latest = true}
        ),
        ElementsAre("Job refresh keeps the latest waiter (keep_latest), so it cannot refuse it "
                    "early (service_time)!")
    );
}

TEST(Policy, NeedsAGroupExactlyWhereAModeIsTheGroups) {
    for (const Concurrency concurrency : concurrencies) {
        for (const Throttle throttle : throttles) {
            const Policy policy{.concurrency = concurrency, .throttle = throttle};
            const bool needs = std::string(name_of(concurrency)).starts_with("group_") ||
                               std::string(name_of(throttle)).starts_with("group_");
            EXPECT_EQ(needs_group(policy), needs);
            EXPECT_EQ(problem_without_group("refresh", policy).empty(), !needs);
        }
    }
}

}  // namespace
}  // namespace interlock
