#include "core/gate/clock.hpp"

namespace interlock {

const SteadyClock& SteadyClock::instance() noexcept {
    static const SteadyClock clock;
    return clock;
}

}  // namespace interlock
