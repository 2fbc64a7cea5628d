// What a decorator limits: how many at a time, and how often.
#include "models/revisions/reference.hpp"
#include "models/revisions/timedelta.hpp"

namespace interlock::models {

void Reference::wait_for(const Call& call, bool is_contended, auto& lock) {
    if (is_contended) {
        record(EventKind::queued, call);
    }
    try {
        lock.acquire();
    } catch (const Cancelled&) {
        record(EventKind::cancelled, call);
        throw;
    }
}

void Reference::acquire_concurrency_control(const Call& call) {
    Decorator& decorator = decorator_of(call);
    switch (policy(call).concurrency) {
        case Concurrency::none:
            return;
        case Concurrency::reject:
            if (decorator.is_locked()) {
                refuse(
                    call,
                    EventKind::rejected,
                    Status::rejected,
                    "JobException",
                    "Another job is running"
                );
            }
            [[fallthrough]];
        case Concurrency::queue:
            std::visit(
                [&](auto& lock) { wait_for(call, lock.is_contended(), lock); }, decorator.lock
            );
            decorator.last_taker = call.number;
            break;
        case Concurrency::group_reject:
        case Concurrency::group_queue:
            acquire(group(call), call);
            break;
    }
    record(EventKind::admitted, call);
}

void Reference::acquire(JobGroup& group, const Call& call) {
    const bool owns = group.has_lock(current_);
    if (group.active != 0 && !owns && policy(call).concurrency == Concurrency::group_reject) {
        refuse(
            call,
            EventKind::rejected,
            Status::rejected,
            "JobGroupExecutionLimitExceeded",
            "Another job is running for job group " + program_.groups[at(call).group]
        );
    }
    if (!owns) {
        wait_for(call, group.lock.is_contended(), group.lock);
    }
    if (group.active != 0) {
        group.parents.push_back(group.active);
    }
    group.active = call.job;
}

void Reference::release_concurrency_control(const Call& call) {
    if (!is_group(policy(call).concurrency)) {
        release_lock(call);
    } else if (group(call).has_lock(current_)) {
        pass_back(group(call), call);
    }
}

void Reference::release_lock(const Call& call) {
    Decorator& decorator = decorator_of(call);
    if (policy(call).concurrency != Concurrency::none && decorator.is_locked()) {
        std::visit([](auto& lock) { lock.release(); }, decorator.lock);
        record(EventKind::released, call);
    }
}

void Reference::pass_back(JobGroup& group, const Call& call) {
    group.pass_back();
    record(EventKind::released, call);
}

TimePoint Reference::now() const {
    return recorder_.scheduler().clock().now() + shift_;
}

std::uint16_t Reference::key(const Call& call) const {
    return at(call).group == no_group ? no_group : keys_[at(call).group];
}

Duration Reference::period(const Call& call) {
    const ProgramJob& job = program_.job_of(call.site);
    if (job.period_rule == PeriodRule::fixed) {
        return job.policy.period.value_or(Duration::zero());
    }
    const Decorator& decorator = decorator_of(call);
    std::optional<TimePoint> last;
    if (const auto found = decorator.last_call.find(key(call));
        found != decorator.last_call.end()) {
        last = found->second;
    }
    std::optional<std::size_t> calls;
    if (!decorator.calls.empty()) {
        const auto found = decorator.calls.find(key(call));
        calls = found == decorator.calls.end() ? 0 : found->second.size();
    }
    using std::chrono::microseconds;
    Duration result = microseconds(1000);
    if (job.period_rule == PeriodRule::by_calls) {
        result += microseconds(calls.value_or(0));
    } else if (last && *last >= TimePoint(microseconds(500))) {
        result = microseconds(2000);
    }
    if (listener_ != nullptr) {
        listener_->on_period(at(call).job, last, calls, result);
    }
    return result;
}

bool Reference::passes_throttle(const Call& call) {
    const Policy& limits = policy(call);
    if (limits.throttle == Throttle::none) {
        return true;
    }
    Decorator& decorator = decorator_of(call);
    if (!is_rate_limit(limits.throttle)) {
        const auto last = decorator.last_call.find(key(call));
        const Duration at_least = period(call);
        if (last != decorator.last_call.end() && now() - last->second < at_least) {
            record(EventKind::throttled, call);
            return false;
        }
        return true;
    }
    const auto calls = [&] {
        const auto found = decorator.calls.find(key(call));
        return found == decorator.calls.end() ? std::vector<TimePoint>() : found->second;
    };
    if (calls().size() >= *limits.max_calls) {
        std::vector<TimePoint> recent = calls();
        std::erase_if(recent, [&](TimePoint time) { return time <= now() - period(call); });
        decorator.calls[key(call)] = recent;
    }
    if (calls().size() >= *limits.max_calls) {
        refuse(
            call,
            EventKind::rate_limited,
            Status::rate_limited,
            "JobException",
            "Rate limit exceeded, more than " + std::to_string(*limits.max_calls) + " calls in " +
                timedelta_text(period(call))
        );
    }
    return true;
}

}  // namespace interlock::models
