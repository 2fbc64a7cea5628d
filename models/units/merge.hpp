// One result of two, of parts of one search that have no execution in common.
#pragma once

#include "models/trace/verdict.hpp"

namespace interlock::models {

// Adds what was run and found in `part` to `all`, whose executions count as earlier ones. What is
// left, whether that is everything, and the verdict are not merged: only whoever hands the parts
// out knows.
void merge(Result& all, Result&& part);

// The verdict of `result`, its guarantee's counts, and what is new in one that gave up, by what
// else it says; one that is broken stays so.
void conclude(Result& result);

}  // namespace interlock::models
