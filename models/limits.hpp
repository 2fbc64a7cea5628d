// When a search is to stop before its end.
#pragma once

#include "models/scenario/scenario.hpp"

#include <cstdint>
#include <stop_token>
#include <string>

namespace interlock::models {

// Why a search that has taken `seconds` is to stop now; empty: it is to go on. Executions are
// counted by whoever runs them.
std::string reason_to_stop(const Budget& budget, const std::stop_token& interrupt, double seconds);

// What this process has in memory; 0 where the system does not tell.
std::uint64_t resident_bytes();

}  // namespace interlock::models
