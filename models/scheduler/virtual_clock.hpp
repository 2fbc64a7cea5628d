// Time that passes only when the scheduler says so.
#pragma once

#include "core/gate/clock.hpp"

#include <algorithm>
#include <vector>

namespace interlock::models {

class VirtualClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const noexcept override { return now_; }

    // A new execution: no time has passed.
    void reset() noexcept {
        now_ = {};
        alarms_.clear();
    }

    // Alarms that are due are due(), until they are rung or cleared.
    void set(TimePoint now) noexcept { now_ = now; }

    [[nodiscard]] bool set(Alarm& alarm, TimePoint when) const noexcept override {
        alarms_.push_back({when, &alarm});
        return true;
    }

    void clear(Alarm& alarm) const noexcept override {
        std::erase_if(alarms_, [&](const Set& set) { return set.alarm == &alarm; });
    }

    // When the next alarm is to ring; none: the end of time.
    [[nodiscard]] TimePoint next() const noexcept {
        TimePoint next = TimePoint::max();
        for (const Set& set : alarms_) {
            next = std::min(next, set.when);
        }
        return next;
    }

    // Takes out an alarm whose time has come; null if there is none.
    Alarm* take_due() noexcept {
        const auto due = std::find_if(alarms_.begin(), alarms_.end(), [&](const Set& set) {
            return set.when <= now_;
        });
        if (due == alarms_.end()) {
            return nullptr;
        }
        Alarm* const alarm = due->alarm;
        alarms_.erase(due);
        return alarm;
    }

  private:
    struct Set {
        TimePoint when;
        Alarm* alarm;
    };

    TimePoint now_{};
    mutable std::vector<Set> alarms_;
};

}  // namespace interlock::models
