// When the last starts were, and whether another may follow now. Pure state: time comes in as an
// argument and must not go backwards.
#pragma once

#include "core/policy/policy.hpp"
#include "core/policy/time.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace interlock {

class Throttling {
  public:
    enum class Answer : std::uint8_t { pass, throttled, rate_limited };

    struct Decision {
        Answer answer = Answer::pass;
        // How long until the same question passes if nothing else starts; 0 for pass. A rate limit
        // of no calls at all never passes: Duration::max().
        Duration retry_after = Duration::zero();
    };

    // Keeps at least the last `max_calls` starts from now on. Several jobs of a group share one
    // state; the largest of their limits counts.
    void remember(std::uint32_t max_calls);

    // What a job asks of its throttle.
    struct Limit {
        Throttle mode = Throttle::none;
        Duration period = Duration::zero();
        std::uint32_t max_calls = 0;  // of a rate limit
    };

    // May a job under `limit` start at `now`? A start lies in the window (now - period, now]:
    // exactly `period` later it no longer counts. Changes nothing. Needs remember() of max_calls
    // before the first start.
    [[nodiscard]] Decision check(Limit limit, TimePoint now) const noexcept {
        if (is_rate_limit(limit.mode)) {
            if (starts_.size() < limit.max_calls) {
                return {};
            }
            if (limit.max_calls == 0) [[unlikely]] {
                return {Answer::rate_limited, Duration::max()};
            }
            // The window is full exactly when the max_calls-th latest start still lies in it.
            return answer(Answer::rate_limited, limit, now - latest(limit.max_calls));
        }
        if (limit.mode != Throttle::none && last_start_ != never) {
            return answer(Answer::throttled, limit, now - last_start_);
        }
        return {};
    }

    // As check(), and counts the start if it passes and `counts` says so.
    [[gnu::always_inline]] Decision start(Limit limit, TimePoint now, bool counts) {
        const bool is_limit = is_rate_limit(limit.mode);
        if (is_limit && limit.max_calls != ring_) [[unlikely]] {
            return start_slowly(limit, now, counts);
        }
        // Mostly the limit is the largest and the ring is full: then it is the oldest start that
        // must be out of the window, and the one to forget.
        const Decision decision = is_limit
                                      ? answer(Answer::rate_limited, limit, now - starts_[next_])
                                      : check(limit, now);
        if (decision.answer == Answer::pass && counts) {
            count(now);
        }
        return decision;
    }

    // Counts a start. A success is counted when it is known but dated by its start, so dates may
    // arrive out of order.
    [[gnu::always_inline]] void count(TimePoint start) {
        if (start < last_start_) [[unlikely]] {
            insert(start);
            return;
        }
        last_start_ = start;
        if (ring_ != no_ring) {
            starts_[next_] = start;
            next_ = next_ + 1 == ring_ ? 0 : next_ + 1;
        } else if (kept_ != 0) {
            insert(start);
        }
    }

    [[nodiscard]] std::optional<TimePoint> last_start() const noexcept {
        return last_start_ != never ? std::optional(last_start_) : std::nullopt;
    }

    // Of those that are remembered for rate limits, the latest first.
    template <class Function>
    void for_each_start(Function function) const {
        for (std::size_t k = 1; k <= starts_.size(); ++k) {
            function(latest(k));
        }
    }

    [[nodiscard]] std::uint64_t fingerprint() const noexcept;

  private:
    // The start `age` ago is the one that decides.
    static Decision answer(Answer no, Limit limit, Duration age) noexcept {
        if (age < limit.period) {
            return {no, limit.period - age};
        }
        return {};
    }

    static constexpr TimePoint never = TimePoint::min();
    static constexpr std::size_t no_ring = std::numeric_limits<std::size_t>::max();

    Decision start_slowly(Limit limit, TimePoint now, bool counts);

    // 1 is the latest start.
    [[nodiscard]] TimePoint latest(std::size_t k) const noexcept {
        std::size_t const size = starts_.size();
        std::size_t const oldest = ring_ != no_ring ? next_ : 0;
        std::size_t const index = oldest + size - k;
        return starts_[index < size ? index : index - size];
    }

    void insert(TimePoint start);

    TimePoint last_start_ = never;
    std::vector<TimePoint> starts_;  // in order, until they are as many as are kept; then a ring
    std::size_t ring_ = no_ring;     // how many are in it; no_ring: fewer than are kept
    std::size_t next_ = 0;           // where the oldest of the ring is
    std::size_t kept_ = 0;           // how many starts the largest limit needs
};

}  // namespace interlock
