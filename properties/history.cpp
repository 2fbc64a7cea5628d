#include "properties/history.hpp"

#include "models/scenario/world.hpp"

#include <algorithm>

namespace interlock::properties {

using models::EventKind;
using models::TraceEvent;

namespace {

// Lists of calls are short, and most are taken out at an end.
void take_out(std::vector<std::uint32_t>& calls, std::uint32_t call) {
    if (!calls.empty() && calls.back() == call) {
        calls.pop_back();
        return;
    }
    const auto found = std::find(calls.begin(), calls.end(), call);
    if (found != calls.end()) {
        calls.erase(found);
    }
}

}  // namespace

History::History(const models::Program& program)
    : program_(program),
      horizons_(program),
      locks_(program.locks.size()),
      starts_(program.jobs.size() + program.groups.size()),
      conditions_(program.conditions.size()),
      joins_(program.tasks.size(), 0),
      latest_(program.sites.size(), 0),
      done_(program.tasks.size(), 0) {
    for (const models::Site& site : program.sites) {
        const Policy& policy = program.jobs[site.job].policy;
        const bool has_group = site.group != models::no_group;
        std::size_t const of_group =
            program.jobs.size() + (has_group ? program.group_of(site.group) : 0U);
        rules_.push_back({&policy, is_group(policy.throttle) ? of_group : site.job});
    }
}

void History::reset() {
    count_ = 0;
    for (LockState& lock : locks_) {
        lock.holders.clear();
        lock.waiting.clear();
    }
    for (auto& starts : starts_) {
        starts.clear();
    }
    std::fill(conditions_.begin(), conditions_.end(), true);
    for (std::uint16_t const condition : program_.unmet) {
        conditions_[condition] = false;
    }
    std::fill(joins_.begin(), joins_.end(), 0);
    std::fill(latest_.begin(), latest_.end(), 0);
    std::fill(done_.begin(), done_.end(), 0);
    retrying_ = 0;
    wanting_ = 0;
}

bool History::descends(std::uint32_t call, std::uint32_t ancestor) const noexcept {
    // A parent's number is lower than its child's, so this ends whatever the events say.
    while (call < count_ && calls_[call].parent != 0 && calls_[call].parent < call) {
        call = calls_[call].parent;
        if (call == ancestor) {
            return true;
        }
    }
    return false;
}

bool History::is_within(std::uint32_t call, std::uint32_t ancestor) const noexcept {
    return call == ancestor || descends(call, ancestor);
}

models::TaskSet History::joined_within(std::uint32_t outer) const noexcept {
    models::TaskSet joined = 0;
    for (std::uint32_t inner = 1; inner < count_; ++inner) {
        if (calls_[inner].stage == Stage::started && is_within(inner, outer)) {
            joined |= joins_[calls_[inner].task.value];
        }
    }
    return joined;
}

bool History::waits_in_a_cycle(std::uint32_t call, std::uint16_t lock) const {
    // Waits to follow: who waits, for what.
    struct Wait {
        std::uint32_t call;
        std::uint16_t lock;
    };
    std::vector<Wait> open{{call, lock}};
    std::vector<std::uint32_t> seen{call};
    while (!open.empty()) {
        const Wait wait = open.back();
        open.pop_back();
        const bool is_group = program_.locks[wait.lock].kind == models::ProgramLock::Kind::group;
        for (std::uint32_t const holder : locks_[wait.lock].holders) {
            if (is_group && descends(wait.call, holder)) {
                continue;  // shares it
            }
            // What holds the holder up: a waiting call that is within it, or of a task that one
            // within it waits for.
            const models::TaskSet joined = joined_within(holder);
            if (is_within(call, holder) || (joined & set_of(calls_[call].task)) != 0) {
                return true;
            }
            for (std::uint32_t waiter = 1; waiter < count_; ++waiter) {
                const CallState& state = calls_[waiter];
                const bool holds_up =
                    is_within(waiter, holder) || (joined & set_of(state.task)) != 0;
                if (state.stage == Stage::queued && holds_up &&
                    std::find(seen.begin(), seen.end(), waiter) == seen.end()) {
                    seen.push_back(waiter);
                    open.push_back({waiter, program_.sites[state.site].lock});
                }
            }
        }
    }
    return false;
}

bool History::lacks_one(std::uint16_t site) const {
    const auto& conditions = program_.job_of(site).conditions;
    return std::any_of(conditions.begin(), conditions.end(), [&](std::uint16_t condition) {
        return !conditions_[condition];
    });
}

bool History::is_open(std::uint32_t number) const noexcept {
    const Stage stage = calls_[number].stage;
    return stage != Stage::unknown && stage != Stage::refused && stage != Stage::finished;
}

models::TaskSet History::calling() const {
    models::TaskSet tasks = retrying_ | wanting_;
    for (const std::uint32_t number : latest_) {
        tasks |= number != 0 && is_open(number) ? set_of(calls_[number].task) : 0;
    }
    for (std::size_t task = 0; task < joins_.size(); ++task) {
        tasks |= joins_[task] != 0 ? models::TaskSet{1} << task : 0;
    }
    return tasks;
}

std::uint32_t History::open_call(models::TaskId task) const {
    std::uint32_t last = 0;
    for (const std::uint32_t number : latest_) {
        const bool is_its = number != 0 && calls_[number].task == task;
        const bool is_retried = is_its && (retrying_ & set_of(task)) != 0;
        last = is_its && (is_open(number) || is_retried) ? std::max(last, number) : last;
    }
    return last;
}

// What a task does by itself.
void History::apply_to_tasks(const TraceEvent& event) {
    if (event.kind == EventKind::repeats) {
        ++done_[event.task.value];
        return;
    }
    if (event.kind == EventKind::retries) {
        --done_[event.task.value];
        retrying_ |= set_of(event.task);
        return;
    }
    if (event.kind == EventKind::ended) {
        retrying_ &= ~set_of(event.task);
        wanting_ &= ~set_of(event.task);
        return;
    }
    if (event.kind == EventKind::joins) {
        joins_[event.task.value] |= set_of(models::TaskId{static_cast<std::uint8_t>(event.call)});
        return;
    }
    if (event.kind == EventKind::joined || event.kind == EventKind::join_refused) {
        joins_[event.task.value] &= ~set_of(models::TaskId{static_cast<std::uint8_t>(event.call)});
        return;
    }
    if (event.kind == EventKind::set) {
        conditions_[event.call] = event.detail != 0;
        return;
    }
    if (event.kind == EventKind::rang) {
        for (std::size_t i = 1; i < count_; ++i) {
            calls_[i].is_over |= calls_[i].stage == Stage::queued && calls_[i].task == event.task;
        }
        return;
    }
    if (event.kind == EventKind::cancel_sent) {
        for (std::size_t i = 1; i < count_; ++i) {
            const bool waits = calls_[i].stage == Stage::queued;
            calls_[i].is_cancelled |= waits && calls_[i].task.value == event.call;
        }
    }
}

void History::apply(const TraceEvent& event) {
    if (event.kind < EventKind::arrived) {
        apply_to_tasks(event);
        return;
    }
    if (event.kind == EventKind::arrived) {
        if (event.call >= calls_.size()) {
            calls_.resize(event.call + std::size_t{1});
        }
        for (; count_ < event.call; ++count_) {
            calls_[count_] = {};
        }
        count_ = std::max<std::size_t>(count_, event.call + std::size_t{1});
        if (event.site < latest_.size()) {
            latest_[event.site] = event.call;
        }
        retrying_ &= ~set_of(event.task);
        calls_[event.call] = {
            .site = event.site,
            .parent = event.parent,
            .task = event.task,
            .stage = Stage::arrived,
        };
        return;
    }
    if (event.kind == EventKind::wants) {
        wanting_ |= set_of(event.task);
        return;
    }
    if (event.kind == EventKind::held || event.kind == EventKind::unheld) {
        // A mutex of the scenario is held by a task; its number + 1 stands for the call.
        auto& holders = locks_[event.lock].holders;
        wanting_ &= ~set_of(event.task);
        if (event.kind == EventKind::held) {
            holders.push_back(event.task.value + 1U);
        } else {
            take_out(holders, event.task.value + 1U);
        }
        return;
    }
    if (event.call == 0 || event.call >= count_ || event.site == models::no_site) {
        return;
    }
    CallState& call = calls_[event.call];
    switch (event.kind) {
        case EventKind::queued:
            call.stage = Stage::queued;
            call.queued_ns = event.at_ns;
            if (event.lock != models::no_lock) {
                locks_[event.lock].waiting.push_back(event.call);
            }
            break;
        case EventKind::granted:
            acquire(event);
            call.stage = Stage::granted;
            break;
        case EventKind::admitted:
            acquire(event);
            call.stage = Stage::admitted;
            break;
        case EventKind::cancelled:
        case EventKind::timed_out:
        case EventKind::would_deadlock:
        case EventKind::replaced:
            leave(event);
            call.stage = Stage::refused;
            ++done_[call.task.value];
            break;
        case EventKind::rejected:
        case EventKind::throttled:
        case EventKind::rate_limited:
        case EventKind::condition_failed:
        case EventKind::not_started:
            call.stage = Stage::refused;
            ++done_[call.task.value];
            break;
        case EventKind::started:
            call.stage = Stage::started;
            call.started_ns = event.at_ns;
            if (policy(event.site).throttle_counts == ThrottleCounts::start) {
                count_start(event.site, event.at_ns);
            }
            break;
        case EventKind::finished:
            call.stage = Stage::finished;
            call.how = static_cast<Status>(event.detail);
            ++done_[call.task.value];
            if (call.how == Status::ran &&
                policy(event.site).throttle_counts == ThrottleCounts::success) {
                count_start(event.site, call.started_ns);
            }
            break;
        case EventKind::released:
            leave(event);
            break;
        default:
            break;
    }
}

bool History::has_given_up(std::uint32_t number, std::int64_t at_ns) const noexcept {
    const CallState& waiting = call(number);
    const auto& timeout = policy(waiting.site).wait_timeout;
    return waiting.is_cancelled || waiting.is_over ||
           (timeout && at_ns - waiting.queued_ns >= timeout->count());
}

bool History::has_come_to(const CallState& call, std::uint8_t outcome) noexcept {
    return call.stage == Stage::finished ? outcome == models::code_of(call.how)
                                         : call.stage == Stage::refused;
}

void History::acquire(const TraceEvent& event) {
    CallState& call = calls_[event.call];
    if (event.lock == models::no_lock || call.holds) {
        return;
    }
    call.holds = true;
    take_out(locks_[event.lock].waiting, event.call);
    locks_[event.lock].holders.push_back(event.call);
}

void History::leave(const TraceEvent& event) {
    calls_[event.call].holds = false;
    if (event.lock != models::no_lock) {
        take_out(locks_[event.lock].waiting, event.call);
        take_out(locks_[event.lock].holders, event.call);
    }
}

void History::count_start(std::uint16_t site, std::int64_t at_ns) {
    if (policy(site).throttle == Throttle::none) {
        return;
    }
    auto& starts = starts_[rules_[site].throttle];
    starts.insert(std::upper_bound(starts.begin(), starts.end(), at_ns), at_ns);
}

}  // namespace interlock::properties
