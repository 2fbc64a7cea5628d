// What is new in an execution.
#pragma once

#include "models/trace/coverage.hpp"
#include "models/trace/trace.hpp"

namespace interlock::models {

// Adds the next execution to `coverage`. `tells_classes`: executions may be equivalent, and which
// are is of interest; they are told apart only if `trace` has its turns.
void see(const Trace& trace, bool tells_classes, Coverage& coverage);

}  // namespace interlock::models
