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
    void remember(std::uint32_t max_calls) noexcept;

    // May a job of `policy` start at `now`? A start lies in the window (now - period, now]: exactly
    // `period` later it no longer counts. Changes nothing. Needs a valid policy, and remember() of
    // its max_calls before the first start.
    [[nodiscard]] Decision check(const Policy& policy, TimePoint now) const noexcept;

    // Counts a start. A success is counted when it is known but dated by its start, so dates may
    // arrive out of order.
    void count(TimePoint start);

    [[nodiscard]] std::optional<TimePoint> last_start() const noexcept { return last_start_; }

    [[nodiscard]] std::uint64_t fingerprint() const noexcept;

  private:
    [[nodiscard]] TimePoint latest(std::size_t k) const noexcept;  // 1 is the latest start

    std::optional<TimePoint> last_start_;
    std::vector<TimePoint> starts_;  // a ring once it has kept_ entries; before that, in order
    std::size_t next_ = 0;           // where the oldest of a full ring is
    std::size_t kept_ = 0;           // how many starts the largest limit needs
};

}  // namespace interlock
