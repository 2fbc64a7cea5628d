// Runs a world under a plan, one task at a time, and says what happened. The same plan gives the
// same trace, always.
#pragma once

#include "models/scheduler/virtual_clock.hpp"
#include "models/scheduler/world.hpp"
#include "models/trace/plan.hpp"

#include <stop_token>

namespace interlock::models {

class FiberScheduler;

// A mutex of the scenario: a task that wants it is enabled only while it is free.
struct ModelMutex {
    TaskSet wanted_by = 0;
    bool is_held = false;
};

// Takes over the fibers of the thread that makes it, until it is destroyed; one a thread.
class Scheduler {
  public:
    struct Options {
        bool pooled = true;                                 // keep fibers over executions
        std::size_t stack_bytes = std::size_t{128} * 1024;  // of each task; a guard page follows
        std::uint32_t steps_max = 100'000;
    };

    Scheduler();
    explicit Scheduler(Options options);
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;
    ~Scheduler();

    // One execution. What the world leaves waiting is cancelled and unwound before this returns.
    // `trace` is overwritten. At most tasks_max tasks. A task that waits for something else than
    // this scheduler cannot be unwound: the trace ends as stuck, and then nothing may run on this
    // thread any more, nor may it end in order: leave by std::_Exit.
    void run(World& world, const Plan& plan, Trace& trace);

    // The rest is for the tasks.

    // Gives every ready task a chance to run first. Throws Cancelled if the task is to stop. True
    // if the task is to raise an error now: a fault, only where it says that it may.
    bool suspend(bool may_raise = false);

    // The same where nothing may be thrown, and an exception may be handled: who is to stop hears
    // of it at the next suspension.
    void step() noexcept;

    // Until `duration` of virtual time has passed; time passes only when no task is ready. Throws
    // Cancelled. True as suspend().
    bool sleep(Duration duration, bool may_raise = false);

    // Until wake(), at once if that came since the last wait. Throws Cancelled.
    void wait();
    void wake(TaskId task);

    // A choice point before each. Taking waits until the mutex is free; throws Cancelled. Giving
    // back is done in any case; false if the task was cancelled meanwhile, and is to stop.
    void take(ModelMutex& mutex);
    [[nodiscard]] bool give_back(ModelMutex& mutex);

    // Asks `task` to stop at its next suspension. One that has not begun never begins: its first
    // turn is its last, and the world does not hear of it unless another task started it. Nothing
    // happens if it is over, or nobody started it.
    void cancel(TaskId task);

    // `task`, one of those that do not begin by themselves, is ready from now on, once.
    void start(TaskId task);

    // The same, but `task` is the fiber that the running task launches next, by its own means; that
    // fiber calls run_adopted() and then ends without another suspension.
    void adopt(TaskId task);
    void run_adopted();

    // The running task was stopped, but goes on: what was asked of it is forgotten.
    void forget_stop();

    [[nodiscard]] bool is_stopped(TaskId task) const noexcept;
    // Whether somebody started it, or it began by itself, and it is not over.
    [[nodiscard]] bool is_unfinished(TaskId task) const noexcept;

    // Follows the execution.
    [[nodiscard]] const Instant& instant() const noexcept;
    [[nodiscard]] TaskId current() const noexcept { return instant().task; }
    [[nodiscard]] const VirtualClock& clock() const noexcept;

    // Requested when the running task is cancelled, or unwound at the end.
    [[nodiscard]] const std::stop_token& stop_token() const noexcept;

    // Whether a task could not be unwound, so that this thread can neither go on nor end.
    [[nodiscard]] bool is_stuck() const noexcept;

    // Begins `state`, and states who is ready, sleeps or waits, for how long and by what it was
    // woken, who is to stop, and how many faults are left.
    void state(State& state) const;

    // Whether what happens is only the clearing up after the end.
    [[nodiscard]] bool is_unwinding() const noexcept;

  private:
    FiberScheduler* fibers_;  // shared with Boost.Fiber by its own reference count
};

}  // namespace interlock::models
