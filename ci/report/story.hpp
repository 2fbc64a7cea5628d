// An execution as people follow it: what every task did in each step, and who held and who waited
// then. Values only, for any writer to print.
#pragma once

#include "ci/report/words.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace interlock::ci {

// Something that a task did.
struct Event {
    std::size_t task = 0;
    std::string kind;    // as in a trace: "queued"; or "leaked"
    std::string phrase;  // in words; empty for what goes without saying
    std::string call;    // the call's label; empty: it is about none
    std::string lock;    // "lock of group core"; empty: it is about none
    std::int64_t at_ns = 0;
};

struct Lock {
    std::string name;
    std::vector<std::string> holders;  // calls, or the task that holds a mutex; outermost first
    std::vector<std::string> waiting;  // longest first
};

// A task that waits for another; they are indices in Story::tasks.
struct Wait {
    std::size_t task = 0;
    std::size_t on = 0;
    std::string what;  // "the lock of group core", "the end of only.0"
    std::string who;   // waits: the call, or the task
    std::string whom;  // is waited for: the call that holds, or the task
    bool is_in_cycle = false;

    friend bool operator==(const Wait&, const Wait&) = default;
};

// One step, and what is true after it.
struct Moment {
    std::uint32_t step = 0;
    std::size_t task = 0;  // whose step it is
    std::vector<Event> events;
    std::vector<Lock> locks;  // all of Story::locks, in their order
    std::vector<Wait> waits;
};

struct Story {
    std::vector<std::string> tasks;
    std::vector<std::string> locks;  // those that something happens to
    std::vector<Moment> moments;
    std::vector<std::string> end;  // what is left, a sentence each
    std::uint32_t steps = 0;
    std::uint32_t switches = 0;
};

Story story_of(const Context& context, const models::Trace& trace);

}  // namespace interlock::ci
