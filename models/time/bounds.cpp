#include "models/time/bounds.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <limits>

namespace interlock::models {

namespace {

// Far beyond every time, and two of them can be added.
constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max() / 4;

constexpr std::size_t stride_at_first = 16;

std::int64_t sum(std::int64_t a, std::int64_t b) noexcept {
    return a >= unbounded || b >= unbounded ? unbounded : a + b;
}

}  // namespace

void TimeBounds::clear() {
    if (stride_ == 0) {
        stride_ = stride_at_first;
        most_.resize(stride_ * stride_);
    }
    count_ = 1;
    most(0, 0) = 0;
}

// All paths through a new time enter it by one of its constraints and leave it by another.
bool TimeBounds::allows(std::span<const Mark> not_before, std::span<const Mark> not_after)
    const noexcept {
    return std::all_of(not_before.begin(), not_before.end(), [&](const Mark& from) {
        return std::all_of(not_after.begin(), not_after.end(), [&](const Mark& to) {
            return sum(most(to.after, from.after), to.by_ns - from.by_ns) >= 0;
        });
    });
}

TimeId TimeBounds::add(std::span<const Mark> not_before, std::span<const Mark> not_after) {
    INTERLOCK_ASSERT(!not_before.empty());
    if (count_ == stride_) {
        widen();
    }
    const auto added = static_cast<TimeId>(count_);
    for (TimeId other = 0; other < added; ++other) {
        most(added, other) = unbounded;
        most(other, added) = unbounded;
        for (const Mark& to : not_after) {
            most(added, other) = std::min(most(added, other), sum(most(to.after, other), to.by_ns));
        }
        for (const Mark& from : not_before) {
            most(other, added) =
                std::min(most(other, added), sum(most(other, from.after), -from.by_ns));
        }
    }
    most(added, added) = 0;
    for (TimeId a = 0; a < added; ++a) {
        for (TimeId b = 0; b < added; ++b) {
            most(a, b) = std::min(most(a, b), sum(most(a, added), most(added, b)));
        }
    }
    ++count_;
    return added;
}

std::vector<std::int64_t> TimeBounds::solve(const std::vector<bool>& is_late) const {
    std::vector<std::int64_t> times{0};
    for (TimeId next = 1; next < count_; ++next) {
        std::int64_t earliest = std::numeric_limits<std::int64_t>::min();
        std::int64_t latest = unbounded;
        for (TimeId before = 0; before < next; ++before) {
            earliest = std::max(earliest, times[before] - most(before, next));
            latest = std::min(latest, sum(times[before], most(next, before)));
        }
        times.push_back(is_late[next] && latest < unbounded ? latest : earliest);
    }
    return times;
}

void TimeBounds::widen() {
    std::size_t const wider = 2 * stride_;
    std::vector<std::int64_t> most(wider * wider);
    for (std::size_t a = 0; a < count_; ++a) {
        std::copy_n(
            most_.begin() + static_cast<std::ptrdiff_t>(a * stride_),
            count_,
            most.begin() + static_cast<std::ptrdiff_t>(a * wider)
        );
    }
    most_ = std::move(most);
    stride_ = wider;
}

}  // namespace interlock::models
