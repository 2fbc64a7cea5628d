// What the core is measured against, in the same binary and in the same run.
#pragma once

#include "bench/suite.hpp"

namespace interlock::bench {

void register_peers(const Suite& suite);

}  // namespace interlock::bench
