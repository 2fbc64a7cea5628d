// Time that passes only when the scheduler says so.
#pragma once

#include "core/gate/clock.hpp"
#include "models/trace/trace.hpp"

#include <algorithm>
#include <vector>

namespace interlock::models {

// Decides what the clock says, where that is not simply the time.
class ClockKeeper {
  public:
    ClockKeeper() = default;
    ClockKeeper(const ClockKeeper&) = delete;
    ClockKeeper& operator=(const ClockKeeper&) = delete;

    virtual TimePoint look() noexcept = 0;
    virtual void set_alarm(Alarm& alarm, TimePoint when) noexcept = 0;
    virtual void clear_alarm(Alarm& alarm) noexcept = 0;

  protected:
    ~ClockKeeper() = default;
};

class VirtualClock final : public Clock {
  public:
    // `instant` follows whoever sets alarms.
    explicit VirtualClock(const Instant& instant) noexcept : instant_(instant) {}

    [[nodiscard]] TimePoint now() const noexcept override {
        return keeper_ == nullptr ? now_ : keeper_->look();
    }

    // What now() was last.
    [[nodiscard]] TimePoint time() const noexcept { return now_; }

    // A new execution: no time has passed. `keeper`, which may be null, is asked from then on.
    void reset(ClockKeeper* keeper = nullptr) noexcept {
        now_ = {};
        alarms_.clear();
        keeper_ = keeper;
    }

    // Alarms that are due are due(), until they are rung or cleared.
    void set(TimePoint now) noexcept { now_ = now; }

    [[nodiscard]] bool set(Alarm& alarm, TimePoint when) const noexcept override {
        if (keeper_ != nullptr) {
            keeper_->set_alarm(alarm, when);
        } else {
            alarms_.push_back({when, &alarm, instant_.task});
        }
        return true;
    }

    void clear(Alarm& alarm) const noexcept override {
        if (keeper_ != nullptr) {
            keeper_->clear_alarm(alarm);
        }
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

    // Who has set an alarm, and for when.
    template <class Function>
    void for_each_alarm(Function function) const {
        for (const Set& set : alarms_) {
            function(set.task, set.when);
        }
    }

  private:
    struct Set {
        TimePoint when;
        Alarm* alarm;
        TaskId task;
    };

    const Instant& instant_;
    TimePoint now_{};
    ClockKeeper* keeper_ = nullptr;
    mutable std::vector<Set> alarms_;
};

}  // namespace interlock::models
