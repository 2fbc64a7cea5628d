#include "core/gate/clock.hpp"

#include <ctime>

namespace interlock {

const SteadyClock& SteadyClock::instance() noexcept {
    static const SteadyClock clock;
    return clock;
}

TimePoint CoarseClock::now() const noexcept {
#ifdef CLOCK_MONOTONIC_COARSE
    timespec time{};
    if (::clock_gettime(CLOCK_MONOTONIC_COARSE, &time) == 0) {
        return TimePoint(std::chrono::seconds(time.tv_sec) + Duration(time.tv_nsec));
    }
#endif
    return SteadyClock::instance().now();  // where the system has no such clock
}

const CoarseClock& CoarseClock::instance() noexcept {
    static const CoarseClock clock;
    return clock;
}

}  // namespace interlock
