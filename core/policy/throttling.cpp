#include "core/policy/throttling.hpp"

#include "core/policy/fingerprint.hpp"

#include <algorithm>

namespace interlock {

void Throttling::remember(std::uint32_t max_calls) noexcept {
    if (max_calls <= kept_) {
        return;
    }
    // Unroll the ring, so that it can grow at its end.
    std::rotate(
        starts_.begin(), starts_.begin() + static_cast<std::ptrdiff_t>(next_), starts_.end()
    );
    next_ = 0;
    kept_ = max_calls;
}

Throttling::Decision Throttling::check(const Policy& policy, TimePoint now) const noexcept {
    const Duration period = policy.period.value_or(Duration::zero());
    if (is_rate_limit(policy.throttle)) {
        std::size_t const max_calls = policy.max_calls.value_or(0);
        if (max_calls == 0) {
            return {Answer::rate_limited, Duration::max()};
        }
        if (starts_.size() < max_calls) {
            return {};
        }
        // The window is full exactly when the max_calls-th latest start still lies in it.
        const Duration age = now - latest(max_calls);
        return age < period ? Decision{Answer::rate_limited, period - age} : Decision{};
    }
    if (policy.throttle != Throttle::none && last_start_) {
        const Duration age = now - *last_start_;
        return age < period ? Decision{Answer::throttled, period - age} : Decision{};
    }
    return {};
}

void Throttling::count(TimePoint start) {
    last_start_ = last_start_ ? std::max(*last_start_, start) : start;
    if (kept_ == 0) {
        return;
    }
    if (starts_.size() < kept_) {
        starts_.insert(std::upper_bound(starts_.begin(), starts_.end(), start), start);
        return;
    }
    if (start < starts_[next_]) {
        return;  // older than all that is kept
    }
    // Overwrite the oldest, then sink the new date to its place; it is the latest but for successes
    // that end out of order.
    std::size_t place = next_;
    next_ = next_ + 1 == kept_ ? 0 : next_ + 1;
    for (std::size_t left = kept_ - 1; left > 0; --left) {
        std::size_t const before = place == 0 ? kept_ - 1 : place - 1;
        if (starts_[before] <= start) {
            break;
        }
        starts_[place] = starts_[before];
        place = before;
    }
    starts_[place] = start;
}

TimePoint Throttling::latest(std::size_t k) const noexcept {
    std::size_t const size = starts_.size();
    std::size_t const oldest = size == kept_ ? next_ : 0;
    std::size_t const index = oldest + size - k;
    return starts_[index < size ? index : index - size];
}

std::uint64_t Throttling::fingerprint() const noexcept {
    Fingerprint print;
    print.add(last_start_ ? 1 : 0);
    print.add(
        last_start_ ? static_cast<std::uint64_t>(last_start_->time_since_epoch().count()) : 0
    );
    for (std::size_t k = 1; k <= starts_.size(); ++k) {
        print.add(static_cast<std::uint64_t>(latest(k).time_since_epoch().count()));
    }
    return print.value();
}

}  // namespace interlock
