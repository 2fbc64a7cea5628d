// What one execution is to do: forced choices first, then a rule for the rest.
#pragma once

#include "models/trace/trace.hpp"

#include <cstdint>
#include <span>

namespace interlock::models {

// Which of the enabled tasks runs once the forced choices are used up.
enum class Tail : std::uint8_t {
    stay,    // the one that ran last, while it can; then the lowest
    fifo,    // the one that has been ready for longest, as asyncio or round-robin would
    random,  // uniformly any of them
};

struct Plan {
    std::span<const Choice> prefix;  // borrowed for the run; one entry a choice point
    Tail tail = Tail::stay;          // stay and fifo choose no faults
    std::uint64_t seed = 0;          // of Tail::random
    Faults faults = {};
};

}  // namespace interlock::models
