#include "core/job/clock.hpp"

namespace interlock {

const SteadyClock& SteadyClock::instance() noexcept {
    static const SteadyClock clock;
    return clock;
}

}  // namespace interlock
