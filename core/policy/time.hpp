// The unit of time of the core: monotonic, in nanoseconds. Wall clocks never enter (a clock step
// would move throttle windows).
#pragma once

#include <chrono>

namespace interlock {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

}  // namespace interlock
