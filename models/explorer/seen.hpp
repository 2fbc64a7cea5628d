// What is new in an execution.
#pragma once

#include "models/trace/coverage.hpp"
#include "models/trace/trace.hpp"

#include <cstdint>

namespace interlock::models {

// Which executions are equivalent; told only of those whose `trace` has its turns.
enum class Classes : std::uint8_t {
    none,       // it is of no interest
    by_events,  // what happened in their turns is the same
    by_turns,   // footprints are announced: events may differ
};

// Adds the next execution to `coverage`.
void see(const Trace& trace, Classes classes, Coverage& coverage);

}  // namespace interlock::models
