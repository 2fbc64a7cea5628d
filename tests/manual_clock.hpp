// A clock that stands until a test moves it; waits with a deadline end when it gets there.
#pragma once

#include "core/gate/clock.hpp"

#include <map>

namespace interlock {

// For one thread.
class ManualClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const noexcept override { return time_; }

    [[nodiscard]] bool set(Alarm& alarm, TimePoint when) const noexcept override {
        alarms_.emplace(&alarm, when);
        return true;
    }
    void clear(Alarm& alarm) const noexcept override { alarms_.erase(&alarm); }

    void advance(Duration by) {
        time_ += by;
        for (auto it = alarms_.begin(); it != alarms_.end();) {
            if (it->second > time_) {
                ++it;
                continue;
            }
            Alarm& due = *it->first;
            it = alarms_.erase(it);
            due.ring();
        }
    }

  private:
    TimePoint time_{};
    mutable std::map<Alarm*, TimePoint> alarms_;  // rung or cleared: gone
};

}  // namespace interlock
