// Jobs on Boost.Fiber with several scheduler threads: the names to use.
#pragma once

#include "core/gate/shared_fiber_runtime.hpp"
#include "core/job/job.hpp"

namespace interlock::shared_fiber {

using JobRegistry = interlock::JobRegistry<SharedFiberRuntime>;
using JobGroup = interlock::JobGroup<SharedFiberRuntime>;

template <class Body>
using Job = interlock::Job<SharedFiberRuntime, Body>;

}  // namespace interlock::shared_fiber
