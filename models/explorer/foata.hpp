// The class of an execution: what is the same in all that are equivalent to it, and in no other.
#pragma once

#include "models/trace/trace.hpp"

namespace interlock::models {

// A fingerprint of the Foata normal form of a trace that has its turns: the turns in rows, each
// turn in the first row after all that it depends on, each row in the order of tasks; a turn with
// all that happened in it. Two executions are equivalent exactly if theirs are equal (Cartier and
// Foata, 1969). Where footprints are announced, equivalent executions may have other events: then a
// turn counts without them.
std::uint64_t foata_of(const Trace& trace, bool has_events = true);

// Of the order in which each lock, and each mutex, passed from call to call, or task to task.
std::uint64_t lock_orders_of(const Trace& trace);

}  // namespace interlock::models
