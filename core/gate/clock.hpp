// Where the core reads the time: once per admission, and only where a throttle or a timeout needs
// it.
#pragma once

#include "core/policy/time.hpp"

namespace interlock {

// To be rung at a time of a clock that is not the system's.
class Alarm {
  public:
    Alarm() = default;
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    virtual void ring() noexcept = 0;

  protected:
    ~Alarm() = default;
};

class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    // Monotonic.
    [[nodiscard]] virtual TimePoint now() const noexcept = 0;

    // Takes it upon itself to ring `alarm` once, at `when` or later, unless it is cleared before;
    // false: it does not, and waits use the system's timers for the time that is left.
    [[nodiscard]] virtual bool set(Alarm& /*alarm*/, TimePoint /*when*/) const noexcept {
        return false;
    }
    virtual void clear(Alarm& /*alarm*/) const noexcept {}
};

// `duration` from now by the system's clock, or the end of its time if that is later than it can
// say.
inline std::chrono::steady_clock::time_point system_time_after(Duration duration) noexcept {
    using Time = std::chrono::steady_clock::time_point;
    const auto now = std::chrono::steady_clock::now();
    return duration < Time::max() - now ? now + duration : Time::max();
}

class SteadyClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const noexcept override {
        return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
    }

    // The one that registries use unless they are given another.
    static const SteadyClock& instance() noexcept;
};

// The same time, as it was at the system's last tick: some milliseconds late, and several times
// cheaper to ask for. For times that people read, not for throttles.
class CoarseClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const noexcept override;

    static const CoarseClock& instance() noexcept;
};

}  // namespace interlock
