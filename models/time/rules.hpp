// What the clock decides in a scenario.
#pragma once

#include <cstdint>
#include <vector>

namespace interlock::models {

inline constexpr std::uint16_t no_throttle = 0xffff;

// Of the calls at a place.
struct SiteTimes {
    std::uint16_t throttle = no_throttle;  // the one whose starts count against it
    std::int64_t period_ns = 0;            // of that
    std::uint32_t starts_max = 1;          // within a period
    bool counts_success = false;           // starts of bodies that succeed, and once they have
    bool has_lock = false;
    std::int64_t timeout_ns = 0;  // of the wait for it; 0: it may wait for ever
};

// By the number of the place.
using TimeRules = std::vector<SiteTimes>;

}  // namespace interlock::models
