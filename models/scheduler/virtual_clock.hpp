// Time that passes only when the scheduler says so.
#pragma once

#include "core/job/clock.hpp"

namespace interlock::models {

class VirtualClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const noexcept override { return now_; }

    void set(TimePoint now) noexcept { now_ = now; }

  private:
    TimePoint now_{};
};

}  // namespace interlock::models
