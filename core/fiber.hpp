// Jobs on Boost.Fiber: the names to use.
#pragma once

#include "core/gate/fiber_runtime.hpp"
#include "core/job/job.hpp"

namespace interlock::fiber {

using JobRegistry = interlock::JobRegistry<FiberRuntime>;
using JobGroup = interlock::JobGroup<FiberRuntime>;

template <class Body>
using Job = interlock::Job<FiberRuntime, Body>;

}  // namespace interlock::fiber
