// Which bucket a duration is in, and what they are together.
#include "core/job/histogram.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;

TEST(Histogram, CountsADurationInTheBucketOfTheFirstBoundThatIsNotLess) {
    Histogram histogram({1ms, 10ms});
    for (const Duration duration :
         {Duration(-1ns), Duration(1ms), Duration(1ms + 1ns), Duration(10ms), Duration(1h)}) {
        histogram.record(duration);
    }
    EXPECT_EQ(histogram.in_bucket(0), 2U);
    EXPECT_EQ(histogram.in_bucket(1), 2U);
    EXPECT_EQ(histogram.in_bucket(2), 1U);
    EXPECT_EQ(histogram.count(), 5U);
    EXPECT_EQ(histogram.sum(), 1h + 12ms + 1ns);
}

TEST(Histogram, BeginsItsSumAgainWhereItWouldOverflow) {
    Histogram histogram;
    histogram.record(Duration::max());
    histogram.record(1s);
    EXPECT_EQ(histogram.sum(), 1s);
    EXPECT_EQ(histogram.count(), 2U);
}

TEST(Histogram, HasBoundsFromAHundredMicrosecondsToAHundredSeconds) {
    const std::vector<Duration> bounds = Histogram::default_bounds();
    ASSERT_EQ(bounds.size(), 19U);  // three for each of six powers of ten, and the last
    EXPECT_EQ(bounds.front(), 100us);
    EXPECT_EQ(bounds[1], 250us);
    EXPECT_EQ(bounds[2], 500us);
    EXPECT_EQ(bounds[3], 1ms);
    EXPECT_EQ(bounds.back(), 100s);
}

}  // namespace
}  // namespace interlock
