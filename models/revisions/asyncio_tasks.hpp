// Tasks as asyncio makes them: create_task, gather, await and cancel, each with the turns that its
// callbacks take. Python 3.13.
#pragma once

#include "models/scheduler/scheduler.hpp"

#include <deque>
#include <exception>
#include <optional>
#include <vector>

namespace interlock::models {

class AsyncioTasks {
  public:
    explicit AsyncioTasks(Scheduler& scheduler) noexcept : scheduler_(scheduler) {}

    // A new execution.
    void begin(std::size_t tasks);

    void create(TaskId task);

    // Starts [first, last) and waits: until one of them has an error, which it throws while the
    // others go on; or with `return_exceptions` until all are over. A task that is cancelled here
    // cancels them instead, and hears of it from them.
    void gather(TaskId first, TaskId last, bool return_exceptions);

    // Until the task is over, however it ends; at once if it is, or was not created yet.
    void await(TaskId task);

    void cancel(TaskId task);

    void state(State& state) const;

    // Called by a created task in the turn in which it ends: what waits for it is told, in a turn
    // of its own if that is a gather. Then whether it is told of an error.
    std::optional<bool> end(TaskId task, std::exception_ptr error);

  private:
    struct Gather {
        TaskId parent;
        TaskId first;
        TaskId last;
        bool return_exceptions = false;
        int unfinished = 0;
        bool is_done = false;  // the parent has been told
        bool is_cancelled = false;
        std::exception_ptr error;
    };

    struct Task {
        enum class State : std::uint8_t { unborn, alive, over };

        State state = State::unborn;
        Gather* within = nullptr;      // that it counts for
        Gather* gathers = nullptr;     // that it waits for
        std::optional<TaskId> awaits;  // that it waits for
        std::optional<TaskId> awaited_by;
        bool is_to_cancel = false;  // told while it waits, to be heard when it waits no more
        std::exception_ptr error;
    };

    // Whether there was anything to cancel.
    bool try_cancel(TaskId task);
    bool cancel_children(Gather& gather);
    void child_done(Gather& gather, const std::exception_ptr& error);
    void wait_for_answer(Task& task);
    Task& at(TaskId task) { return tasks_[task.value]; }

    Scheduler& scheduler_;
    std::vector<Task> tasks_;
    std::deque<Gather> gathers_;  // outlive the waits: children of a gather may outlive it
};

}  // namespace interlock::models
