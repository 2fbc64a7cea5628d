#include "models/revisions/reference.hpp"

#include "core/job/errors.hpp"

#include <algorithm>

namespace interlock::models {

void Reference::begin() {
    Scheduler& scheduler = recorder_.scheduler();
    for (std::size_t i = 0; i < program_.jobs.size(); ++i) {
        decorators_.push_back({AsyncioSemaphore(scheduler), 0, {}, {}});
    }
    for (std::size_t i = 0; i < program_.groups.size(); ++i) {
        groups_.push_back({AsyncioLock(scheduler), 0, {}});
    }
    current_jobs_.assign(program_.tasks.size(), 0);
    calls_.assign(1, {});
}

void Reference::discard() noexcept {
    decorators_.clear();
    groups_.clear();
}

CallResult Reference::call(std::uint16_t site) {
    const Call call{static_cast<std::uint32_t>(calls_.size()), current_job(), site};
    calls_.push_back(call);
    record(EventKind::arrived, call);
    try {
        return {execute(call), nullptr};
    } catch (const Refused& refused) {
        return {refused.status, nullptr};
    } catch (const Cancelled&) {
        return {Status::cancelled, std::current_exception()};
    } catch (const Raised&) {
        return {Status::failed, std::current_exception()};
    }
}

void Reference::acquire_concurrency_control(const Call& call) {
    Decorator& decorator = decorators_[at(call).job];
    switch (policy(call).concurrency) {
        case Concurrency::none:
            return;
        case Concurrency::reject:
            if (decorator.lock.is_locked()) {
                record(EventKind::rejected, call);
                throw Refused{Status::rejected};
            }
            [[fallthrough]];
        case Concurrency::queue:
            if (decorator.lock.is_locked()) {
                record(EventKind::queued, call);
            }
            try {
                decorator.lock.acquire();
            } catch (const Cancelled&) {
                record(EventKind::cancelled, call);
                throw;
            }
            decorator.last_taker = call.number;
            break;
        case Concurrency::group_reject:
        case Concurrency::group_queue:
            acquire(group(call), call);
            break;
    }
    record(EventKind::admitted, call);
}

bool Reference::has_lock(const Group& group) {
    return group.active != 0 && group.active == current_job();
}

void Reference::acquire(Group& group, const Call& call) {
    const bool owns = has_lock(group);
    if (group.active != 0 && !owns && policy(call).concurrency == Concurrency::group_reject) {
        record(EventKind::rejected, call);
        throw Refused{Status::rejected};
    }
    if (!owns) {
        if (group.lock.is_contended()) {
            record(EventKind::queued, call);
        }
        try {
            group.lock.acquire();
        } catch (const Cancelled&) {
            record(EventKind::cancelled, call);
            throw;
        }
    }
    if (group.active != 0) {
        group.parents.push_back(group.active);
    }
    group.active = call.number;
}

void Reference::release_concurrency_control(const Call& call) {
    switch (policy(call).concurrency) {
        case Concurrency::none:
            return;
        case Concurrency::reject:
        case Concurrency::queue:
            if (decorators_[at(call).job].lock.is_locked()) {
                decorators_[at(call).job].lock.release();
                record(EventKind::released, call);
            }
            return;
        case Concurrency::group_reject:
        case Concurrency::group_queue:
            if (has_lock(group(call))) {
                release(group(call), call);
            }
            return;
    }
}

void Reference::release(Group& group, const Call& call) {
    if (!group.parents.empty()) {
        group.active = group.parents.back();
        group.parents.pop_back();
    } else {
        group.active = 0;
        group.lock.release();
    }
    record(EventKind::released, call);
}

bool Reference::passes_throttle(const Call& call) {
    const Policy& limits = policy(call);
    if (limits.throttle == Throttle::none) {
        return true;
    }
    Decorator& decorator = decorators_[at(call).job];
    const TimePoint now = recorder_.scheduler().clock().now();
    std::uint16_t const key = at(call).group;
    if (!is_rate_limit(limits.throttle)) {
        const auto last = decorator.last_call.find(key);
        if (last != decorator.last_call.end() && now - last->second < *limits.period) {
            record(EventKind::throttled, call);
            return false;
        }
        return true;
    }
    std::vector<TimePoint>& calls = decorator.calls[key];
    if (calls.size() >= *limits.max_calls) {
        std::erase_if(calls, [&](TimePoint time) { return time <= now - *limits.period; });
    }
    if (calls.size() >= *limits.max_calls) {
        record(EventKind::rate_limited, call);
        throw Refused{Status::rate_limited};
    }
    return true;
}

Reference::Started::Started(Reference& reference, const Call& call)
    : reference_(reference), call_(call) {
    reference_.current_job() = call_.number;
}

Reference::Started::~Started() {
    reference_.current_job() = call_.parent;
}

void Reference::run_body(const Call& call) {
    Decorator& decorator = decorators_[at(call).job];
    const TimePoint now = recorder_.scheduler().clock().now();
    decorator.last_call[at(call).group] = now;
    if (is_rate_limit(policy(call).throttle)) {
        decorator.calls[at(call).group].push_back(now);
    }
    record(EventKind::started, call);
    const auto finish = [&](Status how) {
        record(EventKind::finished, call, static_cast<std::uint8_t>(how));
    };
    try {
        runner_.run_body(at(call).body);
    } catch (const Cancelled&) {
        finish(Status::cancelled);
        throw;
    } catch (...) {
        finish(Status::failed);
        throw;
    }
    finish(Status::ran);
}

void Reference::record(EventKind kind, const Call& call, std::uint8_t detail) {
    TraceEvent& event = recorder_.add(kind);
    event.call = call.number;
    event.parent = call.parent;
    event.site = call.site;
    event.lock = at(call).lock;
    event.detail = detail;
}

void Reference::report_end() {
    const auto add = [&](std::uint32_t number, std::uint16_t lock) {
        Call const& call = calls_[number];
        TraceEvent& event = recorder_.add(EventKind::still_held);
        event.call = number;
        event.site = call.site;
        event.lock = lock;
        event.task = at(call).task;
    };
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (groups_[i].active != 0) {
            add(groups_[i].active, program_.group_locks[i]);
        }
    }
    for (std::size_t i = 0; i < decorators_.size(); ++i) {
        if (decorators_[i].lock.is_locked()) {
            add(decorators_[i].last_taker, program_.jobs[i].lock);
        }
    }
}

}  // namespace interlock::models
