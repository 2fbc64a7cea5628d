// What the clock decides in a program.
#pragma once

#include "models/scenario/program.hpp"
#include "models/time/rules.hpp"

namespace interlock::models {

// Periods that are functions have no rule: programs that are read from files have none.
TimeRules time_rules_of(const Program& program);

}  // namespace interlock::models
