// Reads what a turn touched from the events that it recorded: the one place that says so, whatever
// the job system. What a system does to its locks without an event, nobody else may be able to see.
#pragma once

#include "models/scenario/numbering.hpp"
#include "models/scenario/program.hpp"

#include <vector>

namespace interlock::models {

class Footprints {
  public:
    explicit Footprints(const Program& program);

    // A new execution.
    void begin() noexcept;

    // Of the events that came since the last time, in a turn that woke `woken`.
    Footprint next(const std::vector<TraceEvent>& events, TaskSet woken);

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
        // The record of the call, if it starts tasks, and of those that it was started in: the
        // reference drops a record with those of the calls within.
        ThingSet record = 0;
        ThingSet records_above = 0;
        // Which calls of the job wait still, if a newer one takes the place of an older one.
        ThingSet waiters = 0;
    };

    // The things of a task that another starts.
    struct TaskThings {
        ThingSet state = 0;  // whether it was started, and is over
        // Of the gather that it counts for, in asyncio: how many are not over, and the first error.
        ThingSet count = 0;
        ThingSet error = 0;
    };

    struct Call {
        TaskId task;
        bool is_granted = false;
    };

    // Those of all jobs, by number, and of all groups.
    struct JobThings {
        std::vector<ThingSet> throttles;
        std::vector<ThingSet> group_throttles;
        std::vector<ThingSet> waiters;
    };

    void add_gathers(const Program& program, Numbering& numbers);
    void add_site(const Program& program, const Site& site, JobThings& of_jobs, Numbering& numbers);
    void add_records(const Program& program, Numbering& numbers);
    void add(const TraceEvent& event, Footprint& print);
    void add_call(const TraceEvent& event, Footprint& print);
    void add_task(const TraceEvent& event, Footprint& print);
    void add_end_of_gather(const TraceEvent& event, Footprint& print);

    const bool has_forks_;
    const bool has_asyncio_;
    // Clocks that are set, jobs that were made before, and steps that only golden traces have touch
    // more than their events tell.
    const bool is_all_one_;
    std::vector<SiteThings> sites_;
    std::vector<ThingSet> locks_;       // by number
    std::vector<ThingSet> conditions_;  // by number
    std::vector<TaskThings> tasks_;
    ThingSet graph_ = 0;

    // Of the execution.
    std::size_t read_ = 0;       // events
    std::vector<Call> calls_;    // by number
    std::vector<bool> is_held_;  // mutexes, by number of the lock
    // Of each task that waits: what is another's to whom it matters that it waits still. Once all
    // who wait for a lock of asyncio are cancelled, the next to come passes them.
    std::vector<ThingSet> awaited_;
    std::vector<TaskThings> gathered_;  // of each task: what it waits for
    TaskSet woken_ = 0;                 // in the turn that is being read
    TaskSet resumes_ = 0;               // the tasks that waited for a gather before this turn
};

}  // namespace interlock::models
