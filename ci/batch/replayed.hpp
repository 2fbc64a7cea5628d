// A schedule that is known, run again to be shown.
#pragma once

#include "ci/report/report.hpp"

#include <string>

namespace interlock::ci {

// Without a story if the schedule is not one of this scenario on this core.
Shown replayed(const Loaded& loaded, const std::string& schedule);

}  // namespace interlock::ci
