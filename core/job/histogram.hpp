// How long things took: how many of them at most so long, for a few bounds, and all together.
#pragma once

#include "core/policy/time.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace interlock {

// A value; whoever shares it guards it.
class Histogram {
  public:
    // 1, 2.5 and 5 times each power of ten, from 100 us to 100 s.
    static std::vector<Duration> default_bounds();

    // `bounds` are the upper bounds of the buckets, each greater than the one before; what is
    // greater than the last is in a bucket of its own.
    explicit Histogram(std::vector<Duration> bounds = default_bounds());

    // A duration that is a bound is in the bucket of that bound; a negative one counts as 0.
    void record(Duration duration) noexcept;

    [[nodiscard]] const std::vector<Duration>& bounds() const noexcept { return bounds_; }
    // How many were recorded in the bucket of bounds()[index]; of bounds().size(), in the last one.
    [[nodiscard]] std::uint64_t in_bucket(std::size_t index) const { return counts_.at(index); }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    // Past 292 years it begins at 0 again, which readers of counters take for a restart.
    [[nodiscard]] Duration sum() const noexcept { return sum_; }

    friend bool operator==(const Histogram&, const Histogram&) = default;

  private:
    std::vector<Duration> bounds_;
    std::vector<std::uint64_t> counts_;  // one more than bounds_
    std::uint64_t count_ = 0;
    Duration sum_ = Duration::zero();
};

}  // namespace interlock
