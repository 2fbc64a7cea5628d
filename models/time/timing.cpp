#include "models/time/timing.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace interlock::models {

namespace {

// More marks than this are not ahead of any look at a throttle that works.
constexpr std::size_t marks_max = 62;

}  // namespace

void Timing::begin(const Trace& trace) {
    trace_ = &trace;
    if (is_stale_) {
        std::vector<bool> is_late;
        for (const Moment& moment : moments_) {
            is_late.push_back(moment.is_before_a_mark);
        }
        told_ = bounds_.solve(is_late);
        expected_ = std::move(moments_);
    } else if (!follows_) {
        told_.clear();
        expected_.clear();
    }
    is_stale_ = false;
    bounds_.clear();
    tasks_.fill({});
    alarms_ = 0;
    for (auto& starts : starts_) {
        starts.clear();
    }
    moments_.assign(1, {});
    times_.assign(1, 0);
    events_ = 0;
    print_ = {};
}

void Timing::follow(std::vector<std::int64_t> times) {
    told_ = std::move(times);
    follows_ = true;
}

// What happened since the last moment happened at its time.
void Timing::read() {
    for (; events_ < trace_->events.size(); ++events_) {
        const TraceEvent& event = trace_->events[events_];
        print_.add(
            static_cast<std::uint64_t>(event.kind) | (std::uint64_t{event.task.value} << 8U) |
            (std::uint64_t{event.site} << 16U) | (std::uint64_t{event.detail} << 32U)
        );
        if (event.call == 0 || event.site == no_site) {
            continue;
        }
        const SiteTimes& times = rules_[event.site];
        Task& task = tasks_[event.task.value];
        switch (event.kind) {
            case EventKind::arrived:
                task.site = event.site;
                task.is_in = !times.has_lock;
                task.began_to_wait = no_time;
                break;
            case EventKind::admitted:
                task.site = event.site;
                task.is_in = true;
                break;
            case EventKind::started:
                if (times.throttle != no_throttle) {
                    if (starts_.size() <= times.throttle) {
                        starts_.resize(times.throttle + std::size_t{1});
                    }
                    starts_[times.throttle].push_back(last());
                }
                break;
            default:
                break;
        }
    }
}

void Timing::set_marks(const Task& task) {
    marks_.clear();
    if (task.site == no_site) {
        return;
    }
    const SiteTimes& times = rules_[task.site];
    if (task.is_in && times.throttle < starts_.size()) {
        for (const TimeId start : starts_[times.throttle]) {
            if (may_be_ahead({start, times.period_ns})) {
                marks_.push_back({start, times.period_ns});
            }
        }
        if (marks_.size() < times.starts_max) {
            marks_.clear();  // whatever the time is
        }
    } else if (!task.is_in && times.timeout_ns != 0 && task.began_to_wait != no_time) {
        marks_.push_back({task.began_to_wait, times.timeout_ns});
    }
    if (marks_.size() > marks_max) {
        marks_.erase(marks_.begin(), marks_.end() - marks_max);
    }
}

bool Timing::may_be_ahead(const Mark& mark) const noexcept {
    const Mark now{last(), 0};
    const Mark before{mark.after, mark.by_ns - 1};
    return bounds_.allows({&now, 1}, {&before, 1});
}

std::uint64_t Timing::ahead(TaskId task) {
    read();
    looking_ = task;
    set_marks(tasks_[task.value]);
    if (is_stale_ || has_strayed_) {
        return 1;
    }
    std::uint64_t possible = 0;
    for (unsigned int ahead = 0; ahead <= marks_.size(); ++ahead) {
        bound(ahead);
        if (bounds_.allows(not_before_, not_after_)) {
            possible |= std::uint64_t{1} << ahead;
        }
    }
    if (follows_ && moments_.size() >= told_.size()) {
        return std::bit_floor(possible);
    }
    if (follows_) {
        std::int64_t const time = told_[moments_.size()];
        const auto is_ahead = [&](const Mark& mark) {
            return times_[mark.after] + mark.by_ns > time;
        };
        const auto ahead = std::count_if(marks_.begin(), marks_.end(), is_ahead);
        possible &= std::uint64_t{1} << static_cast<unsigned int>(ahead);
        has_strayed_ = has_strayed_ || possible == 0;
    }
    return possible != 0 ? possible : 1;
}

// A look at which so many marks are ahead.
void Timing::bound(unsigned int ahead) {
    std::size_t const passed = marks_.size() - ahead;
    not_before_.assign(1, {last(), 0});
    not_after_.clear();
    if (passed > 0) {
        not_before_.push_back(marks_[passed - 1]);
    }
    if (ahead > 0) {
        not_after_.push_back({marks_[passed].after, marks_[passed].by_ns - 1});
    }
    bound_by_alarms();
}

void Timing::bound_by_alarms() {
    for (TaskSet left = alarms_; left != 0; left &= left - 1) {
        not_after_.push_back(tasks_[lowest(left).value].alarm);
    }
}

std::int64_t Timing::look(unsigned int ahead) {
    if (is_stale_ || has_strayed_) {
        return now();
    }
    bound(ahead);
    const std::int64_t time = add(looking_, ahead > 0);
    Task& task = tasks_[looking_.value];
    if (!task.is_in && task.began_to_wait == no_time) {
        task.began_to_wait = last();
    }
    return time;
}

// A moment that is bound as not_before_ and not_after_ say.
std::int64_t Timing::add(TaskId task, bool is_before_a_mark) {
    read();
    const auto time_of = [&](const Mark& mark) { return times_[mark.after] + mark.by_ns; };
    std::int64_t earliest = now();
    for (const Mark& mark : not_before_) {
        earliest = std::max(earliest, time_of(mark));
    }
    std::int64_t latest = std::numeric_limits<std::int64_t>::max();
    for (const Mark& mark : not_after_) {
        latest = std::min(latest, time_of(mark));
    }
    std::size_t const place = moments_.size();
    moments_.push_back({task, print_.value(), is_before_a_mark});
    std::int64_t time = is_before_a_mark ? latest : earliest;
    if (place < told_.size()) {
        time = told_[place];
        const bool is_as_expected = follows_ || moments_[place] == expected_[place];
        has_strayed_ = has_strayed_ || !is_as_expected || time < earliest || time > latest;
    } else {
        is_stale_ = earliest > latest;
    }
    if (!has_strayed_) {
        bounds_.add(not_before_, not_after_);
    }
    times_.push_back(is_stale_ || has_strayed_ ? now() : time);
    return times_.back();
}

void Timing::sleep(TaskId task, std::int64_t for_ns) noexcept {
    tasks_[task.value].wakes = {last(), for_ns};
}

TaskSet Timing::may_wake(TaskSet sleeping) {
    TaskSet may = 0;
    for (TaskSet left = sleeping; left != 0; left &= left - 1) {
        bound_waking(lowest(left));
        may |= bounds_.allows(not_before_, not_after_) ? set_of(lowest(left)) : 0;
    }
    return may;
}

std::int64_t Timing::wake(TaskId task) {
    bound_waking(task);
    return add(task, false);
}

void Timing::bound_waking(TaskId task) {
    not_before_ = {{last(), 0}, tasks_[task.value].wakes};
    not_after_.clear();
    bound_by_alarms();
}

void Timing::set_alarm(TaskId task, std::int64_t at_ns) noexcept {
    Task& own = tasks_[task.value];
    const bool is_timeout = own.began_to_wait != no_time &&
                            times_[own.began_to_wait] + rules_[own.site].timeout_ns == at_ns;
    own.alarm = is_timeout ? Mark{own.began_to_wait, rules_[own.site].timeout_ns}
                           : Mark{last(), at_ns - now()};
    alarms_ |= set_of(task);
}

void Timing::clear_alarm(TaskId task) noexcept {
    alarms_ &= ~set_of(task);
}

TaskSet Timing::may_ring() {
    TaskSet may = 0;
    for (TaskSet left = alarms_; left != 0; left &= left - 1) {
        bound_ringing(lowest(left));
        may |= bounds_.allows(not_before_, not_after_) ? set_of(lowest(left)) : 0;
    }
    return may;
}

std::int64_t Timing::ring(TaskId task) {
    bound_ringing(task);
    alarms_ &= ~set_of(task);
    return add(task, false);
}

void Timing::bound_ringing(TaskId task) {
    const Mark& alarm = tasks_[task.value].alarm;
    not_before_ = {{last(), 0}, alarm};
    not_after_.clear();
    bound_by_alarms();
}

}  // namespace interlock::models
