#include "core/job/histogram.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace interlock {

std::vector<Duration> Histogram::default_bounds() {
    using std::chrono::microseconds;
    using std::chrono::seconds;
    std::vector<Duration> bounds;
    for (Duration ten{microseconds(100)}; ten < seconds(100); ten *= 10) {
        bounds.insert(bounds.end(), {ten, ten * 5 / 2, ten * 5});
    }
    bounds.emplace_back(seconds(100));
    return bounds;
}

Histogram::Histogram(std::vector<Duration> bounds)
    : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {
    INTERLOCK_ASSERT(
        std::adjacent_find(bounds_.begin(), bounds_.end(), std::greater_equal<>()) == bounds_.end()
    );
}

void Histogram::record(Duration duration) noexcept {
    duration = std::max(duration, Duration::zero());
    const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), duration);
    ++counts_[static_cast<std::size_t>(bucket - bounds_.begin())];
    ++count_;
    const Duration room = Duration::max() - sum_;
    sum_ = duration <= room ? sum_ + duration : duration - room;
}

}  // namespace interlock
