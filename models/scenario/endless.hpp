// What there cannot be in a program that may go on for ever.
#pragma once

#include "models/scenario/program.hpp"

namespace interlock::models {

// Throws a diagnostic if `program` repeats what cannot be repeated, or cannot be as it is to be
// explored: what goes on for ever has to come back to a state that it was in before.
void check_endless(const Program& program, Place explore, TimeMode time);

}  // namespace interlock::models
