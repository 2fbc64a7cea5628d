// The discipline `preemptive`: one call of the core a turn, as if each call were made by a thread
// of a pool, with what a turn may touch announced before it.
#pragma once

#include "core/job/status.hpp"
#include "models/scenario/numbering.hpp"
#include "models/scenario/program.hpp"
#include "models/scheduler/scheduler.hpp"
#include "models/trace/state.hpp"

#include <vector>

namespace interlock::models {

// Suspends tasks of a scenario between calls of the core, which stays as it ships: before each step
// that makes one, and within, where the core tells its observer that a call has a lock and that it
// is about to give one back. A call that queues, or finds the lock free, has asked for it in one
// turn and goes on with it in another, so that its asking and another's giving back commute. So it
// is with who joins a task, whose end is a turn of its own. A gather starts its tasks in one turn,
// and joins the next in the turn in which it goes on after one.
//
//   ask                 changes the end of the queue
//   go on, give back    change its head
//   ask where what comes of it shows: a call that may be refused, that has conditions, a throttle
//   or a bound, or is within one that has the lock                       both
//   start               touches the task, and changes whether it was started
//   join                looks at that; where others may be held up, changes the graph of waits
//   end; go on          changes that the task is over; looks at that
//   cancel              touches the task, and all that it waits for in a gather, which have no turn
//                       before that, nor after
class Preemption {
  public:
    Preemption(const Program& program, Scheduler& scheduler);

    // A new execution.
    void begin();

    // A chance for others, unless the task's turn has just begun with it. Throws Cancelled.
    void before(const Operation& operation);

    // After an event of the core in the current task. It may be within a call that must not throw.
    void after(const TraceEvent& event) noexcept;

    // The running task is about to wait for another, and, unless it is refused, has done so: it
    // goes on in another turn in any case.
    void before_join(TaskId child) noexcept;
    void after_join() noexcept;

    // All that the running task, which another started, does is done, and came to that.
    void before_end(Status how) noexcept;

    // Whether the call whose body is to begin was cancelled since it has its lock.
    [[nodiscard]] bool is_to_stop() const noexcept;

    // All that the turn could touch, besides mutexes.
    Footprint touched(const Turn& turn);

    // Adds where tasks let others go on.
    void state(State& state) const;

  private:
    struct SiteThings {
        Footprint asks;
        Footprint goes_on;  // with the lock
        Footprint starts;   // past its throttle
        Footprint gives_back;
        ThingSet while_it_runs = 0;
        bool goes_on_apart = false;
        bool has_throttle = false;
        bool has_lock = false;
        bool replaces = false;
    };
    // Of a task that another starts, if somebody waits for it.
    struct ChildThings {
        ThingSet started = 0;  // whether it was: it may be joined before that
        ThingSet over = 0;
        Footprint joins;    // who does
        Footprint goes_on;  // after it is over
    };
    // Where a step is.
    struct Within {
        TaskId task;
        std::uint16_t site = no_site;  // the call whose body it is in
    };
    // Where a task lets others go on, that would not suspend there by itself.
    enum class Pause : std::uint8_t {
        none,
        before_step,
        before_step_stopped,  // and it hears of that later
        with_lock,
        before_start,
        before_release,
        joined,  // a task that was over
        over,    // all its steps
    };
    // Of a task.
    struct Progress {
        Footprint now;   // what its turn may touch
        Footprint next;  // and its next one
        Pause pause = Pause::none;
        std::uint8_t how = 0;         // there: how the body or task ended; or if it was stopped
        std::uint32_t joined_in = 0;  // the turn in which it last joined another
        // Throttles that count when a body has succeeded: of each that it runs, outermost first.
        std::vector<ThingSet> counts{};
        bool is_fresh = true;
        bool has_waited = false;
        bool is_to_stop = false;
    };

    class Pausing;

    // The things that several sites share, by number.
    struct Shared {
        std::vector<ThingSet> heads;  // of the queues of locks
        std::vector<ThingSet> ends;
        std::vector<ThingSet> throttles;  // of jobs
        std::vector<ThingSet> group_throttles;
    };

    SiteThings things_of(const Site& site, Shared& shared, Numbering& numbers);
    void add_children(Numbering& numbers);
    void add_gather(const Fork& fork, const Within& at, Numbering& numbers);
    ThingSet graph_of_join(const Within& at, Numbering& numbers);
    [[nodiscard]] bool has_lock(const Within& at) const;
    [[nodiscard]] Footprint of_start(const Fork& fork) const;
    [[nodiscard]] Footprint of(const Operation& operation) const;
    void announce(Footprint print);
    void give_up_if_unwinding() const;
    void give_others_a_turn(const Footprint& print, Pause pause, std::uint8_t how = 0) noexcept;
    void step(Pause pause, std::uint8_t how = 0) noexcept;
    [[nodiscard]] Progress& current() noexcept { return progress_[scheduler_.current().value]; }

    const Program& program_;
    Scheduler& scheduler_;
    std::vector<SiteThings> sites_;
    std::vector<ThingSet> conditions_;
    std::vector<ThingSet> mutexes_;
    std::vector<ChildThings> children_;  // by task
    ThingSet graph_ = 0;
    ThingSet waiters_ = 0;
    std::vector<Progress> progress_;  // by task
};

}  // namespace interlock::models
