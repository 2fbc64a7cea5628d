#include "models/revisions/asyncio_tasks.hpp"

#include "core/job/errors.hpp"
#include "models/revisions/python_error.hpp"

#include <utility>

namespace interlock::models {

void AsyncioTasks::begin(std::size_t tasks) {
    tasks_.assign(tasks, {});
    gathers_.clear();
}

void AsyncioTasks::create(TaskId task) {
    at(task).state = Task::State::alive;
    scheduler_.start(task);
}

void AsyncioTasks::gather(TaskId first, TaskId last, bool return_exceptions) {
    const TaskId self = scheduler_.current();
    Gather& gather = gathers_.emplace_back();
    gather.parent = self;
    gather.first = first;
    gather.last = last;
    gather.return_exceptions = return_exceptions;
    gather.unfinished = last.value - first.value;
    for (std::uint8_t child = first.value; child < last.value; ++child) {
        at(TaskId{child}).within = &gather;
        create(TaskId{child});
    }
    at(self).gathers = &gather;
    if (scheduler_.is_stopped(self) && !scheduler_.is_unwinding()) {
        scheduler_.forget_stop();  // it is passed on as soon as there is something to wait for
        cancel_children(gather);
    }
    wait_for_answer(at(self));
    if (gather.error != nullptr) {
        std::rethrow_exception(gather.error);
    }
}

void AsyncioTasks::await(TaskId task) {
    if (at(task).state != Task::State::alive) {
        return;
    }
    const TaskId self = scheduler_.current();
    at(self).awaits = task;
    at(task).awaited_by = self;
    if (scheduler_.is_stopped(self) && !scheduler_.is_unwinding()) {
        scheduler_.forget_stop();
        try_cancel(self);
    }
    wait_for_answer(at(self));
}

// Until what it waits for is over, whatever the scheduler thinks of it.
void AsyncioTasks::wait_for_answer(Task& task) {
    const auto stop_waiting = [&] {
        task.gathers = nullptr;
        task.awaits.reset();
        return std::exchange(task.is_to_cancel, false);
    };
    try {
        scheduler_.wait();
    } catch (const Cancelled&) {
        stop_waiting();
        throw;
    }
    if (stop_waiting()) {
        throw Cancelled();
    }
}

void AsyncioTasks::state(State& state) const {
    enum class Fact : std::uint8_t { task, awaits, awaited_by, error, gather, gather_error };
    const auto what = [](Fact fact, TaskId first = {}) {
        return word_of(static_cast<std::uint16_t>(fact), first.value);
    };
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
        const TaskId id{static_cast<std::uint8_t>(i)};
        const Task& task = tasks_[i];
        const auto flags = (task.gathers != nullptr ? 2U : 0U) + (task.is_to_cancel ? 1U : 0U);
        state.add(id, Part::child, what(Fact::task), 4 * static_cast<unsigned>(task.state) + flags);
        if (task.awaits) {
            state.add(id, Part::child, what(Fact::awaits), task.awaits->value);
        }
        if (task.awaited_by) {
            state.add(id, Part::child, what(Fact::awaited_by), task.awaited_by->value);
        }
        if (task.error != nullptr) {
            state.add(id, Part::child, what(Fact::error), fingerprint_of(task.error));
        }
    }
    for (const Gather& gather : gathers_) {
        const auto flags = (gather.is_done ? 2U : 0U) + (gather.is_cancelled ? 1U : 0U);
        const auto left = static_cast<unsigned>(gather.unfinished);
        state.add(gather.parent, Part::child, what(Fact::gather, gather.first), 4 * left + flags);
        if (gather.error != nullptr) {
            state.add(
                gather.parent,
                Part::child,
                what(Fact::gather_error, gather.first),
                fingerprint_of(gather.error)
            );
        }
    }
}

void AsyncioTasks::cancel(TaskId task) {
    try_cancel(task);
}

bool AsyncioTasks::try_cancel(TaskId task) {
    Task& target = at(task);
    if (target.state == Task::State::over) {
        return false;
    }
    if (target.gathers != nullptr && !target.gathers->is_done) {
        target.is_to_cancel = !cancel_children(*target.gathers);
        return true;
    }
    if (target.awaits && at(*target.awaits).state == Task::State::alive) {
        // Its wait ends with the other task's, as cancelled.
        try_cancel(*target.awaits);
        target.is_to_cancel = true;
        return true;
    }
    scheduler_.cancel(task);
    return true;
}

bool AsyncioTasks::cancel_children(Gather& gather) {
    bool is_any_cancelled = false;
    for (std::uint8_t child = gather.first.value; child < gather.last.value; ++child) {
        is_any_cancelled = try_cancel(TaskId{child}) || is_any_cancelled;
    }
    gather.is_cancelled = gather.is_cancelled || is_any_cancelled;
    return is_any_cancelled;
}

std::optional<bool> AsyncioTasks::end(TaskId task, std::exception_ptr error) {
    Task& ended = at(task);
    ended.state = Task::State::over;
    ended.error = std::move(error);
    if (scheduler_.is_unwinding()) {
        return std::nullopt;
    }
    if (ended.error == nullptr && scheduler_.is_stopped(task)) {
        // Cancelled in its last turn: no suspension has told it, but that is how it ends.
        ended.error = std::make_exception_ptr(Cancelled());
    }
    if (ended.awaited_by) {
        scheduler_.wake(*ended.awaited_by);
    }
    if (ended.within != nullptr) {
        try {
            scheduler_.suspend();
        } catch (const Cancelled&) {
            // It was cancelled to get here; its callback comes all the same.
        }
        child_done(*ended.within, ended.error);
        return ended.error != nullptr;
    }
    return std::nullopt;
}

void AsyncioTasks::child_done(Gather& gather, const std::exception_ptr& error) {
    --gather.unfinished;
    if (gather.is_done) {
        return;
    }
    const bool is_failed = error != nullptr && !gather.return_exceptions;
    if (!is_failed && gather.unfinished > 0) {
        return;
    }
    if (is_failed) {
        gather.error = error;
    } else if (gather.is_cancelled) {
        gather.error = std::make_exception_ptr(Cancelled());
    }
    gather.is_done = true;
    scheduler_.wake(gather.parent);
}

}  // namespace interlock::models
