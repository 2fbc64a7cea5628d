// Jobs on threads: the names to use.
#pragma once

#include "core/gate/thread_runtime.hpp"
#include "core/job/job.hpp"

namespace interlock::thread {

using JobRegistry = interlock::JobRegistry<ThreadRuntime>;
using JobGroup = interlock::JobGroup<ThreadRuntime>;

template <class Body>
using Job = interlock::Job<ThreadRuntime, Body>;

}  // namespace interlock::thread
