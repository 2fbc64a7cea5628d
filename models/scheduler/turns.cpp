// Whose turn is next: by the plan or its guide, with the faults that it allows, and when nobody is
// ready by letting time pass.
#include "models/scheduler/fiber_scheduler.hpp"
#include "models/time/timekeeper.hpp"

#include <algorithm>

namespace interlock::models {

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
    const TaskId next = next_turn();
    if (next == nobody) {
        return;
    }
    instant_.step = ++trace_->steps;
    trace_->switches += next == current_ ? 0 : 1;
    ready_ &= ~set_of(next);
    next_ = next;
}

// Who goes on, after the cancellations and the time that come before that; nobody at the end.
TaskId FiberScheduler::next_turn() noexcept {
    while (true) {
        note_what_was_touched();
        if (is_untimely()) {
            return nobody;
        }
        ChoicePoint point = what_is_possible();
        if (!point.is_open() && point.enabled == set_of(passing_of_time) &&
            next_time() == TimePoint::max()) {
            trace_->ending = unfinished_ == 0 ? Ending::finished : Ending::deadlock;
            return nobody;
        }
        if (ready_ != 0 && trace_->steps == options_.steps_max) {
            trace_->ending = Ending::too_long;
            return nobody;
        }
        const Choice next = choose_of(point);
        if (next.task == nobody) {
            return nobody;
        }
        if (is_turn(next)) {
            begin_turn(next);
            return next.task;
        }
        if (!let_happen(next)) {
            note_what_was_touched();
            trace_->ending = Ending::deadlock;
            return nobody;
        }
    }
}

// Of a task, not of nobody's.
bool FiberScheduler::is_turn(const Choice& next) noexcept {
    return next.fault != Fault::cancel && next.fault != Fault::timeout &&
           next.task != passing_of_time;
}

void FiberScheduler::begin_turn(const Choice& next) noexcept {
    if (next.fault == Fault::raise) {
        --plan_.faults.raise;
        is_to_raise_ = set_of(next.task);
    }
    if ((sleeping_ & set_of(next.task)) != 0) {
        wake_up(next.task);
    }
}

// False if nothing can.
bool FiberScheduler::let_happen(const Choice& next) noexcept {
    if (next.fault == Fault::cancel) {
        --plan_.faults.cancel;
        cancel_by_fault(next.task);
    } else if (next.fault == Fault::timeout) {
        ring(next.task);
    } else {
        return pass_time();
    }
    return true;
}

ChoicePoint FiberScheduler::what_is_possible() const noexcept {
    ChoicePoint point{.enabled = ready_};
    if (plan_.timing != nullptr) {
        point.enabled |= plan_.timing->may_wake(sleeping_);
        point.may_time_out = plan_.timing->may_ring();
    }
    if (point.enabled == 0 && point.may_time_out == 0) {
        point.enabled = set_of(passing_of_time);
    }
    if (plan_.faults.raise != 0) {
        point.may_raise = point.enabled & may_raise_;
        for (TaskSet left = point.may_raise; left != 0; left &= left - 1) {
            // Who is to stop raises nothing.
            point.may_raise &= is_stopped(lowest(left)) ? ~set_of(lowest(left)) : ~TaskSet{0};
        }
    }
    if (plan_.faults.cancel != 0) {
        point.may_cancel = not_stopped();
    }
    return point;
}

// What happens next; nobody if the plan is impossible, or had seen enough.
Choice FiberScheduler::choose_of(ChoicePoint& point) noexcept {
    const bool is_open = point.is_open();
    std::size_t const depth = trace_->choices.size();
    point.events_before = static_cast<std::uint32_t>(trace_->events.size());
    if (plan_.guide != nullptr) {
        point.chosen = plan_.guide->choose(*trace_, point);
    } else if (!is_open) {
        return point.only();
    } else {
        point.chosen = depth < plan_.prefix.size() ? plan_.prefix[depth] : by_tail(point);
    }
    if (!point.allows(point.chosen)) {
        trace_->ending = point.chosen == enough ? Ending::cut : Ending::diverged;
        return nobody;
    }
    point.chosen.looks = 0;  // they are yet to come
    if (notes_turns_) {
        trace_->turns.push_back({point});
    }
    if (is_open) {
        trace_->choices.push_back(point);
    }
    return point.chosen;
}

Choice FiberScheduler::by_tail(const ChoicePoint& point) noexcept {
    const TaskSet enabled = point.enabled;
    if (enabled == 0) {
        return point.only();
    }
    switch (plan_.tail) {
        case Tail::stay:
            if (current_.value < tasks_max && (enabled & set_of(current_)) != 0) {
                return current_;
            }
            return lowest((enabled & ready_) != 0 ? enabled & ready_ : enabled);
        case Tail::fifo:
            return oldest_of(enabled);
    }
    return lowest(enabled);
}

TaskId FiberScheduler::oldest_of(TaskSet tasks) const noexcept {
    TaskId oldest = lowest(tasks);
    if (oldest == passing_of_time) {
        return oldest;
    }
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
        .at_ns = instant_.at_ns,
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

// When the next sleeper wakes or the next alarm rings; max() if there is none.
TimePoint FiberScheduler::next_time() const noexcept {
    if (plan_.timing != nullptr) {
        return TimePoint::max();  // then it has all passed
    }
    TimePoint next = clock_.next();
    for (TaskSet left = sleeping_; left != 0; left &= left - 1) {
        next = std::min(next, tasks_[lowest(left).value].wakes_at);
    }
    return next;
}

// Lets time pass until then; false if there is nothing to pass it for.
bool FiberScheduler::pass_time() noexcept {
    const TimePoint next = next_time();
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
    is_ringing_ = true;
    while (Alarm* const alarm = clock_.take_due()) {
        alarm->ring();
    }
    is_ringing_ = false;
    return true;
}

void FiberScheduler::note_suspension_in_catch() noexcept {
    if (std::exchange(is_step_, false) || is_main_running_ ||
        (exceptions_->caught == nullptr && exceptions_->uncaught == 0)) {
        return;
    }
    trace_->events.push_back(
        {.at_ns = instant_.at_ns,
         .step = trace_->steps,
         .kind = EventKind::suspended_in_catch,
         .task = current_}
    );
}

void FiberScheduler::note_what_was_touched() noexcept {
    if (!trace_->turns.empty()) {
        Turn& turn = trace_->turns.back();
        turn.touched = world_->touched(woken_);
        turn.touched.tasks |= set_of(turn.task()) | cancelled_;
        if (turn.task() == passing_of_time) {
            turn.touched = Footprint::everything();
        }
        turn.touched.looks |= is_timed_ ? clock_thing : 0;
        turn.touched.changes |= looks_ > 1 ? clock_thing : 0;
        turn.events = static_cast<std::uint32_t>(trace_->events.size());
    }
    woken_ = 0;
    cancelled_ = 0;
    looks_ = 0;
    is_timed_ = false;
}

}  // namespace interlock::models
