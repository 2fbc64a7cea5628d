// What a call costs on threads, and what it costs when two of them want the same lock.
#pragma once

#include "bench/suite.hpp"

namespace interlock::bench {

void register_threads(const Suite& suite);

}  // namespace interlock::bench
