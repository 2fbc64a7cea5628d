// How one schedule is run again, whoever asks for it.
#pragma once

#include "models/check.hpp"
#include "models/trace/schedule.hpp"

namespace interlock::models {

// The one execution of `schedule`, under the faults and at the times that it was found with.
CheckOptions replay_of(const Schedule& schedule);

}  // namespace interlock::models
