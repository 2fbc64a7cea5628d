// Tasks that can never go on, though others may: read off an execution when it is over.
#pragma once

#include "properties/history.hpp"

#include <optional>

namespace interlock::properties {

struct Standstill {
    models::TaskSet tasks = 0;  // each waits for one of them, or for what nobody gives back
    std::uint32_t event = 0;    // index of the one that closed it
};

// The one that closed first, of those that last to the end of `trace`; `history` is that of all of
// it. Where the trace does not end by itself, only waits count that neither time nor a step of the
// scenario may end. Nothing: nobody waits for ever, or not for such a reason, as where nobody
// wakes the next when a lock is free.
std::optional<Standstill> standstill_in(const History& history, const models::Trace& trace);

}  // namespace interlock::properties
