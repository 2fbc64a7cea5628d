#include "core/job/clock.hpp"

namespace interlock {

SteadyClock const& SteadyClock::instance() noexcept {
    static SteadyClock const clock;
    return clock;
}

}  // namespace interlock
