// Where the core reads the time: once per admission, and only where a throttle needs it.
#pragma once

#include "core/policy/time.hpp"

namespace interlock {

class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    // Monotonic.
    [[nodiscard]] virtual TimePoint now() const noexcept = 0;
};

class SteadyClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const noexcept override {
        return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
    }

    // The one that registries use unless they are given another.
    static const SteadyClock& instance() noexcept;
};

}  // namespace interlock
