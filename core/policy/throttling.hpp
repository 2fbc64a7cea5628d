// When the last starts were, and whether another may follow now. Pure state: time comes in as an
// argument and must not go backwards.
#pragma once

#include "core/policy/policy.hpp"
#include "core/policy/time.hpp"

#include <cstddef>
#include <cstdint>
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
            // The window is full exactly when the max_calls-th latest start still lies in it;
            // mostly that is the oldest which is kept.
            const Duration age =
                now - (limit.max_calls == kept_ ? starts_[next_] : latest(limit.max_calls));
            return age < limit.period ? Decision{Answer::rate_limited, limit.period - age}
                                      : Decision{};
        }
        if (limit.mode != Throttle::none && last_start_) {
            const Duration age = now - *last_start_;
            return age < limit.period ? Decision{Answer::throttled, limit.period - age}
                                      : Decision{};
        }
        return {};
    }

    // As check(), and counts the start if it passes and `counts` says so.
    Decision start(Limit limit, TimePoint now, bool counts) {
        const Decision decision = check(limit, now);
        if (decision.answer == Answer::pass && counts) {
            count(now);
        }
        return decision;
    }

    // Counts a start. A success is counted when it is known but dated by its start, so dates may
    // arrive out of order.
    void count(TimePoint start) {
        const bool is_latest = !last_start_ || *last_start_ <= start;
        if (is_latest) {
            last_start_ = start;
        }
        if (kept_ == 0) {
            return;
        }
        if (!is_latest || starts_.size() < kept_) {
            insert(start);
            return;
        }
        starts_[next_] = start;
        next_ = next_ + 1 == kept_ ? 0 : next_ + 1;
    }

    [[nodiscard]] std::optional<TimePoint> last_start() const noexcept { return last_start_; }

    [[nodiscard]] std::uint64_t fingerprint() const noexcept;

  private:
    // 1 is the latest start.
    [[nodiscard]] TimePoint latest(std::size_t k) const noexcept {
        std::size_t const size = starts_.size();
        std::size_t const oldest = size == kept_ ? next_ : 0;
        std::size_t const index = oldest + size - k;
        return starts_[index < size ? index : index - size];
    }

    void insert(TimePoint start);

    std::optional<TimePoint> last_start_;
    std::vector<TimePoint> starts_;  // a ring once it has kept_ entries; before that, in order
    std::size_t next_ = 0;           // where the oldest of a full ring is
    std::size_t kept_ = 0;           // how many starts the largest limit needs
};

}  // namespace interlock
