// Whether two executions are the same.
#pragma once

#include "models/trace/trace.hpp"

#include <string>

namespace interlock::models {

// Where `again` is the first time otherwise than `once`, in words; empty if it is the same: who
// could run at each choice point, what happened, and what came of it.
std::string difference_of(const Trace& once, const Trace& again);

}  // namespace interlock::models
