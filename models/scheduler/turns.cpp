// Whose turn is next: by the plan or its guide, with the faults that it allows, and when nobody is
// ready by letting time pass.
#include "core/policy/fingerprint.hpp"
#include "models/scheduler/fiber_scheduler.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace interlock::models {

namespace {

std::uint64_t next_random(std::uint64_t& state) noexcept {  // splitmix64
    state += 0x9e3779b97f4a7c15ULL;
    return mixed(state);
}

}  // namespace

// Decides whose turn is next: next_, or nobody when the execution is over.
void FiberScheduler::choose() noexcept {
    next_ = nobody;
    if (mode_ == Mode::unwinding) {
        if (ready_ != 0) {
            next_ = lowest(ready_);
            ready_ &= ~set_of(next_);
        }
        return;
    }
    note_suspension_in_catch();
    note_what_was_touched();
    const bool is_quiet = ready_ == 0;
    while (ready_ == 0 && pass_time()) {
    }
    touched_ = 0;
    if (ready_ == 0) {
        trace_->ending = unfinished_ == 0 ? Ending::finished : Ending::deadlock;
        return;
    }
    if (trace_->steps == options_.steps_max) {
        trace_->ending = Ending::too_long;
        return;
    }
    const TaskId next = plan_.guide != nullptr ? ask_guide(is_quiet) : next_choice().task;
    if (next == nobody) {
        return;
    }
    instant_.step = ++trace_->steps;
    trace_->switches += next == current_ ? 0 : 1;
    ready_ &= ~set_of(next);
    next_ = next;
}

// Who goes on, as the guide says; nobody if that is the end.
TaskId FiberScheduler::ask_guide(bool is_after_time) noexcept {
    const TaskId next = plan_.guide->choose(*trace_, ready_);
    if (next == enough) {
        trace_->ending = Ending::cut;
        return nobody;
    }
    if (next.value >= tasks_max || (ready_ & set_of(next)) == 0) {
        trace_->ending = Ending::diverged;
        return nobody;
    }
    trace_->turns.push_back({.ready = ready_, .task = next, .after_time = is_after_time});
    if ((ready_ & (ready_ - 1)) != 0) {
        trace_->choices.push_back({.enabled = ready_, .chosen = next});
    }
    return next;
}

// Who goes on, after the cancellations that come before that; nobody if the plan is impossible.
Choice FiberScheduler::next_choice() noexcept {
    while (true) {
        ChoicePoint point{.enabled = ready_};
        if (plan_.faults.raise != 0) {
            point.may_raise = ready_ & may_raise_;
        }
        if (plan_.faults.cancel != 0) {
            point.may_cancel = not_stopped();
        }
        if ((ready_ & (ready_ - 1)) == 0 && (point.may_raise | point.may_cancel) == 0) {
            return lowest(ready_);
        }
        std::size_t const depth = trace_->choices.size();
        const Choice next = depth < plan_.prefix.size() ? plan_.prefix[depth] : by_tail(point);
        const TaskSet possible = next.fault == Fault::none    ? point.enabled
                                 : next.fault == Fault::raise ? point.may_raise
                                                              : point.may_cancel;
        if (next.task.value >= tasks_max || (possible & set_of(next.task)) == 0) {
            trace_->ending = Ending::diverged;
            return nobody;
        }
        point.chosen = next;
        trace_->choices.push_back(point);
        if (next.fault == Fault::raise) {
            --plan_.faults.raise;
            is_to_raise_ = set_of(next.task);
        } else if (next.fault == Fault::cancel) {
            --plan_.faults.cancel;
            cancel_by_fault(next.task);
        }
        if ((point.enabled & set_of(next.task)) != 0) {
            return next;
        }
    }
}

Choice FiberScheduler::by_tail(const ChoicePoint& point) noexcept {
    const TaskSet enabled = point.enabled;
    switch (plan_.tail) {
        case Tail::stay:
            return current_.value < tasks_max && (enabled & set_of(current_)) != 0
                       ? current_
                       : lowest(enabled);
        case Tail::fifo:
            return oldest_of(enabled);
        case Tail::random: {
            const int count = std::popcount(enabled) + std::popcount(point.may_raise) +
                              std::popcount(point.may_cancel);
            std::uint64_t skip = next_random(random_) % static_cast<unsigned int>(count);
            for (const auto& [tasks, fault] :
                 {std::pair(enabled, Fault::none),
                  std::pair(point.may_raise, Fault::raise),
                  std::pair(point.may_cancel, Fault::cancel)}) {
                for (TaskSet left = tasks; left != 0; left &= left - 1) {
                    if (skip-- == 0) {
                        return {lowest(left), fault};
                    }
                }
            }
            break;
        }
    }
    return lowest(enabled);
}

TaskId FiberScheduler::oldest_of(TaskSet tasks) const noexcept {
    TaskId oldest = lowest(tasks);
    for (TaskSet left = tasks; left != 0; left &= left - 1) {
        if (tasks_[lowest(left).value].ready_since < tasks_[oldest.value].ready_since) {
            oldest = lowest(left);
        }
    }
    return oldest;
}

// The tasks that have begun and may still be cancelled.
TaskSet FiberScheduler::not_stopped() const noexcept {
    TaskSet tasks = begun_ & unfinished_;
    for (TaskSet left = tasks; left != 0; left &= left - 1) {
        if (is_stopped(lowest(left))) {
            tasks &= ~set_of(lowest(left));
        }
    }
    return tasks;
}

void FiberScheduler::cancel_by_fault(TaskId task) noexcept {
    trace_->events.push_back({
        .at_ns = clock_.now().time_since_epoch().count(),
        .step = trace_->steps + 1,
        .call = task.value,
        .kind = EventKind::cancel_sent,
        .detail = static_cast<std::uint8_t>(Fault::cancel),
        .task = task,
    });
    if (!world_->cancel(task)) {
        cancel(task);
    }
}

// Lets time pass until the next sleeper wakes or the next alarm rings; false if there is none.
bool FiberScheduler::pass_time() noexcept {
    TimePoint next = clock_.next();
    for (TaskSet left = sleeping_; left != 0; left &= left - 1) {
        next = std::min(next, tasks_[lowest(left).value].wakes_at);
    }
    if (next == TimePoint::max()) {
        return false;
    }
    clock_.set(next);
    instant_.at_ns = next.time_since_epoch().count();
    TaskSet due = 0;
    for (TaskSet left = sleeping_; left != 0; left &= left - 1) {
        due |= tasks_[lowest(left).value].wakes_at == next ? set_of(lowest(left)) : 0;
    }
    for (; due != 0; due &= sleeping_) {
        make_ready(oldest_of(due));
    }
    while (Alarm* const alarm = clock_.take_due()) {
        alarm->ring();
    }
    return true;
}

void FiberScheduler::note_suspension_in_catch() noexcept {
    if (is_main_running_ || (exceptions_->caught == nullptr && exceptions_->uncaught == 0)) {
        return;
    }
    trace_->events.push_back(
        {.at_ns = clock_.now().time_since_epoch().count(),
         .step = trace_->steps,
         .kind = EventKind::suspended_in_catch,
         .task = current_}
    );
}

void FiberScheduler::note_what_was_touched() noexcept {
    if (plan_.guide == nullptr || trace_->turns.empty()) {
        return;
    }
    Turn& turn = trace_->turns.back();
    turn.touched = world_->touched();
    turn.touched.tasks |= set_of(turn.task) | touched_;
}

}  // namespace interlock::models
