// What is known of the times of one execution: how far each may lie after each other one. Knows
// numbers; knows nothing of clocks or traces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace interlock::models {

// A time by its number, in the order in which they were added; 0 is the beginning.
using TimeId = std::uint32_t;

// `by_ns` after a time; before it if negative.
struct Mark {
    TimeId after = 0;
    std::int64_t by_ns = 0;

    friend bool operator==(const Mark&, const Mark&) = default;
};

// A system of difference constraints, always closed: between any two times it has the tightest
// bound that follows from all. So it can be told at once whether another time is possible, and
// times that were chosen in agreement with it can always be completed.
//
// Times are whole. That loses nothing over the reals as long as all constraints are multiples of
// one unit, or one less where they are strict, and the unit is at least as many nanoseconds as
// there are times: a cycle of constraints cannot be fulfilled exactly if its sum is negative, or
// zero with a strict one in it; a positive sum is at least one unit, and the strict ones on the
// cycle, one a time, take one nanosecond each.
class TimeBounds {
  public:
    TimeBounds() { clear(); }

    // Back to the beginning alone.
    void clear();

    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    // Whether one more time can lie at or after all of `not_before`, and at or before all of
    // `not_after`.
    [[nodiscard]] bool allows(std::span<const Mark> not_before, std::span<const Mark> not_after)
        const noexcept;

    // Adds that time, which must be allowed. `not_before` has one at least.
    TimeId add(std::span<const Mark> not_before, std::span<const Mark> not_after);

    // Chooses all times in turn, the beginning as 0: each as early as it can be, or as late where
    // `is_late` says so and it has an end.
    [[nodiscard]] std::vector<std::int64_t> solve(const std::vector<bool>& is_late) const;

  private:
    // time a - time b is at most this.
    [[nodiscard]] std::int64_t& most(TimeId a, TimeId b) noexcept { return most_[a * stride_ + b]; }
    [[nodiscard]] std::int64_t most(TimeId a, TimeId b) const noexcept {
        return most_[a * stride_ + b];
    }
    void widen();

    std::vector<std::int64_t> most_;
    std::size_t stride_ = 0;
    std::size_t count_ = 0;
};

}  // namespace interlock::models
