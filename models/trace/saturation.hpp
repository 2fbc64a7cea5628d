// How much new a search still found when it ended: what may be said of one that is not complete.
#pragma once

#include <cstdint>

namespace interlock::models {

struct Saturation {
    // Different things seen, and the execution, from 1, in which the last new one came.
    struct Seen {
        std::uint64_t count = 0;
        std::uint64_t last_new = 0;
        bool has_more = false;  // new ones came after that, and were not counted
    };

    Seen classes;   // of equivalent executions; none: they were not told apart
    Seen orders;    // in which the locks passed from one to the next
    Seen outcomes;  // Trace::outcomes
    std::uint64_t turns_least = 0;
    std::uint64_t turns_most = 0;
    std::uint64_t too_long = 0;  // executions that were cut off at the limit of steps
    // Executions are counted part by part of the search, in the order in which parts were joined;
    // else as they were run.
    bool is_joined = false;
};

}  // namespace interlock::models
