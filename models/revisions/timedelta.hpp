// How Python prints a span of time: str(timedelta).
#pragma once

#include "core/policy/time.hpp"

#include <string>

namespace interlock::models {

// "0:00:00.001000", "1:00:00", "2 days, 0:00:05".
std::string timedelta_text(Duration duration);

}  // namespace interlock::models
