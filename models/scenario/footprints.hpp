// Reads what a turn touched from the events that it recorded: the one place that says so, whatever
// the job system. What a system does to its locks without an event, nobody else may be able to see.
#pragma once

#include "models/scenario/program.hpp"

#include <vector>

namespace interlock::models {

class Footprints {
  public:
    explicit Footprints(const Program& program);

    // A new execution.
    void begin() noexcept;

    // Of the events that came since the last time.
    Footprint next(const std::vector<TraceEvent>& events);

  private:
    // The things that the calls of a site go by.
    struct SiteThings {
        ThingSet lock = 0;
        ThingSet throttle = 0;
        ThingSet conditions = 0;
        bool counts_success = false;
        bool may_wait = false;
        // The graph of waits, if a wait of the call may be part of a cycle: then it is made within
        // a call that has a lock. Whoever holds nothing holds nobody up.
        ThingSet graph = 0;
        // Which calls of the job wait still, if a newer one takes the place of an older one.
        ThingSet waiters = 0;
    };

    struct Call {
        TaskId task;
        bool is_granted = false;
    };

    void add(const TraceEvent& event, Footprint& print);
    void add_call(const TraceEvent& event, Footprint& print);

    // What tasks do to each other when they start and join others has no rule yet.
    const bool is_all_one_;
    const bool has_asyncio_;
    std::vector<SiteThings> sites_;
    std::vector<ThingSet> locks_;       // by number
    std::vector<ThingSet> conditions_;  // by number
    ThingSet graph_ = 0;

    // Of the execution.
    std::size_t read_ = 0;       // events
    std::vector<Call> calls_;    // by number
    std::vector<bool> is_held_;  // mutexes, by number of the lock
    // Of each task that waits: what is another's to whom it matters that it waits still. Once all
    // who wait for a lock of asyncio are cancelled, the next to come passes them.
    std::vector<ThingSet> awaited_;
};

}  // namespace interlock::models
