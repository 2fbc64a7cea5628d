#include "models/time/local_timing.hpp"

#include "core/assert.hpp"
#include "models/explorer/dependence.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <tuple>

namespace interlock::models {

namespace {

constexpr TimeId left_out = 0xffff'ffff;

}  // namespace

std::string_view LocalTiming::problem_of(const TimeRules& rules) noexcept {
    for (const SiteTimes& site : rules) {
        if (site.timeout_ns != 0) {
            return "wait_timeout";
        }
        if (site.throttle != no_throttle && site.counts_success) {
            return "throttle_counts 'success'";
        }
        for (const SiteTimes& other : rules) {
            const bool is_shared = site.throttle != no_throttle && site.throttle == other.throttle;
            if (is_shared &&
                (site.period_ns != other.period_ns || site.starts_max != other.starts_max)) {
                return "a throttle with several periods or limits";
            }
        }
    }
    return {};
}

void LocalTiming::begin(const Trace& trace) {
    trace_ = &trace;
    events_ = 0;
    turns_.clear();
    known_ = 0;
    moments_.assign(1, {});
    told_.assign(1, 0);
    for (auto& starts : starts_) {
        starts.clear();
    }
    tasks_.fill({});
    problem_ = {};
}

LocalTiming::Turned& LocalTiming::this_turn() {
    if (turns_.size() <= turn()) {
        turns_.resize(turn() + 1);
        open_ = 0;
    }
    return turns_.back();
}

// A start happens in the turn of the look that it followed, right after it.
void LocalTiming::read() {
    for (; events_ < trace_->events.size(); ++events_) {
        const TraceEvent& event = trace_->events[events_];
        if (event.call == 0 || event.site == no_site) {
            continue;
        }
        const SiteTimes& times = rules_[event.site];
        Task& task = tasks_[event.task.value];
        switch (event.kind) {
            case EventKind::arrived:
                task.site = event.site;
                task.is_in = !times.has_lock;
                break;
            case EventKind::admitted:
                task.site = event.site;
                task.is_in = true;
                break;
            case EventKind::started:
                if (times.throttle != no_throttle) {
                    starts_.resize(std::max<std::size_t>(starts_.size(), times.throttle + 1U));
                    starts_[times.throttle].push_back(
                        {static_cast<TimeId>(moments_.size() - 1), told_.back()}
                    );
                }
                break;
            default:
                break;
        }
    }
}

// Of the first `count` turns, which are over.
void LocalTiming::learn_pasts(std::size_t count) {
    turns_.resize(std::max(turns_.size(), count));
    for (; known_ < count; ++known_) {
        std::vector<bool>& past = turns_[known_].past;
        past.assign(known_, false);
        for (std::size_t i = known_; i-- > 0;) {
            if (!past[i] && depend(trace_->turns[i].touched, trace_->turns[known_].touched)) {
                add_to(past, i);
            }
        }
    }
}

void LocalTiming::add_to(std::vector<bool>& past, std::size_t turn) const {
    past.resize(std::max(past.size(), turn + 1));
    past[turn] = true;
    const std::vector<bool>& before = turns_[turn].past;
    for (std::size_t i = 0; i < before.size(); ++i) {
        past[i] = past[i] || before[i];
    }
}

// What is before the look in any case: whoever changed the task's state, and the throttle's.
void LocalTiming::learn_past_of_look(TaskId task) {
    std::vector<bool>& past = turns_.back().past;
    for (std::size_t i = 0; i < turn(); ++i) {
        if ((trace_->turns[i].touched.tasks & set_of(task)) != 0) {
            add_to(past, i);
        }
    }
    if (throttle_ < starts_.size()) {
        for (const Start& start : starts_[throttle_]) {
            if (moments_[start.moment].turn != turn()) {
                add_to(past, moments_[start.moment].turn);
            }
        }
    }
}

// At or after all moments before, in the turn itself and in those of its past.
std::vector<Mark> LocalTiming::after_past_of(std::size_t of, TimeId number) const {
    std::vector<Mark> after{{0, 0}};
    const std::vector<bool>& past = turns_[of].past;
    for (std::size_t i = 0; i < past.size(); ++i) {
        if (past[i] && turns_[i].last != 0) {
            after.push_back({ids_[turns_[i].last], 0});
        }
    }
    if (number > 1 && moments_[number - 1].turn == of) {
        after.push_back({ids_[number - 1], 0});
    }
    return after;
}

// Collects what is known of the times in those turns, or in all; false: they are impossible.
bool LocalTiming::bound_past(const std::vector<bool>* past) {
    bounds_.clear();
    ids_.assign(moments_.size(), left_out);
    ids_[0] = 0;
    for (TimeId number = 1; number < moments_.size(); ++number) {
        const Moment& moment = moments_[number];
        const bool is_in = past == nullptr || moment.turn + 1 == turns_.size() ||
                           (moment.turn < past->size() && (*past)[moment.turn]);
        if (!is_in) {
            continue;
        }
        std::vector<Mark> not_before = after_past_of(moment.turn, number);
        std::vector<Mark> not_after;
        for (const Mark& mark : moment.not_before) {
            not_before.push_back({ids_[mark.after], mark.by_ns});
        }
        for (const Mark& mark : moment.not_after) {
            not_after.push_back({ids_[mark.after], mark.by_ns});
        }
        if (!bounds_.allows(not_before, not_after)) {
            return false;
        }
        ids_[number] = bounds_.add(not_before, not_after);
    }
    return true;
}

// Between the last mark that has passed and the first that is ahead.
std::pair<std::vector<Mark>, std::vector<Mark>> LocalTiming::marks_of(unsigned int ahead) const {
    std::size_t const passed = marks_.size() - ahead;
    std::pair<std::vector<Mark>, std::vector<Mark>> marks;
    if (passed > 0) {
        marks.first.push_back({marks_[passed - 1].moment, period_ns_});
    }
    if (ahead > 0) {
        marks.second.push_back({marks_[passed].moment, period_ns_ - 1});
    }
    return marks;
}

std::uint64_t LocalTiming::ahead(TaskId task) {
    read();
    Turned& now = this_turn();
    const Task& at = tasks_[task.value];
    marks_.clear();
    is_asked_ = false;
    throttle_ = at.site != no_site && at.is_in ? rules_[at.site].throttle : no_throttle;
    if (throttle_ >= starts_.size() || has_strayed()) {
        return 1;
    }
    const SiteTimes& times = rules_[at.site];
    period_ns_ = times.period_ns;
    const std::vector<Start>& starts = starts_[throttle_];
    std::size_t const count = std::min<std::size_t>(starts.size(), times.starts_max);
    marks_.assign(starts.end() - static_cast<std::ptrdiff_t>(count), starts.end());
    learn_pasts(turn());
    learn_past_of_look(task);
    if (!bound_past(&now.past)) {
        return 1;  // no time is possible: any will do
    }
    std::uint64_t possible = 0;
    const std::vector<Mark> after = after_past_of(turn(), static_cast<TimeId>(moments_.size()));
    for (unsigned int ahead = 0; ahead <= count; ++ahead) {
        auto [not_before, not_after] = marks_of(ahead);
        for (Mark& mark : not_before) {
            mark.after = ids_[mark.after];
        }
        for (Mark& mark : not_after) {
            mark.after = ids_[mark.after];
        }
        not_before.insert(not_before.end(), after.begin(), after.end());
        if (bounds_.allows(not_before, not_after)) {
            possible |= std::uint64_t{1} << ahead;
        }
    }
    INTERLOCK_ASSERT(possible != 0);
    const auto most = static_cast<unsigned int>(std::bit_width(possible) - 1);
    is_asked_ = most >= times.starts_max;
    if (is_asked_ && !std::has_single_bit(possible) && ++open_ > Choice::looks_max) {
        problem_ = "a turn looks at the clock too often";
    }
    return is_asked_ ? possible : std::uint64_t{1} << most;
}

std::int64_t LocalTiming::look(unsigned int ahead) {
    Turned& now = this_turn();
    Moment moment{.turn = turn(), .is_look = true};
    if (is_asked_) {
        std::tie(moment.not_before, moment.not_after) = marks_of(ahead);
    }
    const TimeId added = add(std::move(moment), number_for(ahead));
    if (now.last == 0 || !moments_[now.first].is_look) {
        now.first = added;
    }
    now.last = added;
    return told_.back();
}

// In the middle of all that come out so: then everything that can come later has room.
std::int64_t LocalTiming::number_for(unsigned int ahead) {
    if (throttle_ >= starts_.size() || starts_[throttle_].empty()) {
        return 0;
    }
    std::size_t const passed = marks_.size() - ahead;
    std::int64_t earliest = starts_[throttle_].back().told_ns + 1;
    if (passed > 0) {
        earliest = std::max(earliest, marks_[passed - 1].told_ns + period_ns_);
    }
    if (ahead == 0) {
        return earliest + period_ns_;
    }
    std::int64_t const latest = marks_[passed].told_ns + period_ns_ - 1;
    if (earliest > latest) {
        problem_ = "a period has too few nanoseconds for the looks at it";
    }
    return std::midpoint(earliest, latest);
}

TimeId LocalTiming::add(Moment moment, std::int64_t told_ns) {
    moments_.push_back(std::move(moment));
    told_.push_back(told_ns);
    return static_cast<TimeId>(moments_.size() - 1);
}

void LocalTiming::sleep(TaskId task, std::int64_t for_ns) noexcept {
    read();
    Turned& now = this_turn();
    if (now.last == 0) {
        now.first = now.last = add({.turn = turn()}, told_.back());
    }
    tasks_[task.value].wakes = {now.last, for_ns};
}

std::int64_t LocalTiming::wake(TaskId task) {
    read();
    Turned& now = this_turn();
    now.has_woken = true;
    now.first = now.last =
        add({.turn = turn(), .not_before = {tasks_[task.value].wakes}}, told_.back());
    return told_.back();
}

void LocalTiming::set_alarm(TaskId /*task*/, std::int64_t /*at_ns*/) noexcept {
    problem_ = "a wait has a timeout";
}

std::optional<LocalTiming::Timed> LocalTiming::timed() {
    std::size_t const count = trace_->turns.size();
    known_ = std::min(known_, turns_.size());
    learn_pasts(count);
    if (!bound_past(nullptr)) {
        return std::nullopt;
    }
    std::vector<bool> is_late;
    for (const Moment& moment : moments_) {
        is_late.push_back(moment.is_look && !moment.not_after.empty());
    }
    const std::vector<std::int64_t> times = bounds_.solve(is_late);
    std::vector<std::int64_t> first(count);
    std::vector<std::int64_t> last(count);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t before = 0; before < i; ++before) {
            first[i] = turns_[i].past[before] ? std::max(first[i], last[before]) : first[i];
        }
        last[i] = turns_[i].last != 0 ? times[turns_[i].last] : first[i];
        first[i] = turns_[i].last != 0 ? times[turns_[i].first] : first[i];
    }
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return first[a] < first[b];
    });
    Timed timed{.turns = {}, .times = {0}};
    for (std::size_t const i : order) {
        timed.turns.push_back(trace_->turns[i].chosen);
        if (turns_[i].has_woken) {
            timed.times.push_back(first[i]);
        }
        for (TimeId number = turns_[i].first; turns_[i].last != 0 && number <= turns_[i].last;
             ++number) {
            if (moments_[number].is_look) {
                timed.times.push_back(times[number]);
            }
        }
    }
    return timed;
}

}  // namespace interlock::models
