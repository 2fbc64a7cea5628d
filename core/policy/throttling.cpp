#include "core/policy/throttling.hpp"

#include "core/policy/fingerprint.hpp"

#include <algorithm>

namespace interlock {

void Throttling::remember(std::uint32_t max_calls) {
    if (max_calls <= kept_) {
        return;
    }
    // Unroll the ring, so that it can grow at its end.
    std::rotate(
        starts_.begin(), starts_.begin() + static_cast<std::ptrdiff_t>(next_), starts_.end()
    );
    next_ = 0;
    ring_ = no_ring;
    kept_ = max_calls;
    // So that a start allocates nothing; larger windows grow as they fill.
    starts_.reserve(std::min<std::size_t>(kept_, 1024));
}

Throttling::Decision Throttling::start_slowly(Limit limit, TimePoint now, bool counts) {
    const Decision decision = check(limit, now);
    if (decision.answer == Answer::pass && counts) {
        count(now);
    }
    return decision;
}

void Throttling::insert(TimePoint start) {
    if (kept_ == 0) {
        return;
    }
    if (ring_ == no_ring) {
        starts_.insert(std::upper_bound(starts_.begin(), starts_.end(), start), start);
        ring_ = starts_.size() == kept_ ? kept_ : no_ring;
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

std::uint64_t Throttling::fingerprint() const noexcept {
    Fingerprint print;
    print.add(static_cast<std::uint64_t>(last_start_.time_since_epoch().count()));
    for (std::size_t k = 1; k <= starts_.size(); ++k) {
        print.add(static_cast<std::uint64_t>(latest(k).time_since_epoch().count()));
    }
    return print.value();
}

}  // namespace interlock
