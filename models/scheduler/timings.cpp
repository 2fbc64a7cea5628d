// What the scheduler does where time may pass at any moment: the clock is looked at, sleepers wake
// and alarms ring when the plan's timing says that they may.
#include "models/scheduler/fiber_scheduler.hpp"
#include "models/time/timekeeper.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace interlock::models {

TimePoint FiberScheduler::look() noexcept {
    if (mode_ == Mode::running && !is_main_running_) {
        ++looks_;
        is_timed_ = true;
        const TaskSet possible = plan_.timing->ahead(current_);
        set_time(plan_.timing->look(lowest(choose_ahead(possible)).value));
    }
    return clock_.time();
}

// How many marks are ahead of a look, as a set of one.
TaskSet FiberScheduler::choose_ahead(TaskSet possible) noexcept {
    if (std::has_single_bit(possible)) {
        return possible;
    }
    ChoicePoint point{
        .enabled = possible,
        .is_look = true,
        .events_before = static_cast<std::uint32_t>(trace_->events.size()),
    };
    std::size_t const depth = trace_->choices.size();
    if (plan_.guide != nullptr) {
        point.chosen = plan_.guide->choose(*trace_, point);
    } else if (depth < plan_.prefix.size()) {
        point.chosen = plan_.prefix[depth];
    } else {
        point.chosen = TaskId{static_cast<std::uint8_t>(std::bit_width(possible) - 1)};
    }
    if (point.chosen.fault != Fault::none || !point.allows(point.chosen)) {
        trace_->ending = Ending::diverged;
        return set_of(lowest(possible));
    }
    trace_->choices.push_back(point);
    if (notes_turns_) {
        Choice& turn = trace_->turns.back().chosen;
        turn = turn.with_look(turn.look_count(), point.chosen.task.value);
    }
    return set_of(point.chosen.task);
}

// Whether the execution cannot go on, because of a look that was taken in the last turn.
bool FiberScheduler::is_untimely() noexcept {
    if (plan_.timing == nullptr) {
        return false;
    }
    if (plan_.timing->is_stale()) {
        trace_->ending = Ending::cut;
    } else if (plan_.timing->has_strayed()) {
        trace_->ending = Ending::diverged;
    }
    return trace_->ending != Ending::finished;
}

void FiberScheduler::set_alarm(Alarm& alarm, TimePoint when) noexcept {
    if (mode_ == Mode::running && !is_main_running_) {
        tasks_[current_.value].alarm = &alarm;
        plan_.timing->set_alarm(current_, when.time_since_epoch().count());
    }
}

void FiberScheduler::clear_alarm(Alarm& alarm) noexcept {
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
        if (tasks_[i].alarm == &alarm) {
            tasks_[i].alarm = nullptr;
            plan_.timing->clear_alarm(TaskId{static_cast<std::uint8_t>(i)});
        }
    }
}

void FiberScheduler::wake_up(TaskId task) noexcept {
    set_time(plan_.timing->wake(task));
    is_timed_ = true;
    make_ready(task);
}

void FiberScheduler::ring(TaskId task) noexcept {
    set_time(plan_.timing->ring(task));
    trace_->events.push_back(
        {.at_ns = instant_.at_ns, .step = trace_->steps + 1, .kind = EventKind::rang, .task = task}
    );
    std::exchange(tasks_[task.value].alarm, nullptr)->ring();
}

void FiberScheduler::set_time(std::int64_t at_ns) noexcept {
    clock_.set(TimePoint(Duration(at_ns)));
    instant_.at_ns = at_ns;
}

}  // namespace interlock::models
