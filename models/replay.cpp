#include "models/replay.hpp"

namespace interlock::models {

CheckOptions replay_of(const Schedule& schedule) {
    CheckOptions options;
    options.strategy = Strategy::replay;
    options.schedule = schedule.choices;
    options.faults = schedule.faults;
    options.times = schedule.times;
    options.round = schedule.round;
    options.time = schedule.times.empty() ? TimeMode::fixed : TimeMode::all;
    return options;
}

}  // namespace interlock::models
