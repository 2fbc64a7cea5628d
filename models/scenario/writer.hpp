// Writes a scenario as a file that the reader reads back to the same program.
#pragma once

#include "models/scenario/scenario.hpp"

#include <string>

namespace interlock::models {

std::string yaml_of(const Scenario& scenario);

}  // namespace interlock::models
