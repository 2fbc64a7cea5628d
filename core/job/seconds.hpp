// Durations in print: seconds, as metrics and log lines have them.
#pragma once

#include "core/policy/time.hpp"

#include <string>

namespace interlock {

// The exact decimal, in as few digits as it needs: "1.5", "0.0001", "100".
std::string seconds_text(Duration duration);

}  // namespace interlock
