// What holds of locks.
#include "properties/invariant.hpp"

namespace interlock::properties {

using models::EventKind;
using models::Property;

namespace {

models::Finding finding(const Moment& moment, Property property, std::uint32_t other) {
    return {
        .property = property,
        .task = moment.event.task,
        .lock = moment.event.lock,
        .call = moment.event.call,
        .other = other,
        .event = moment.index,
    };
}

bool is_group_lock(const Moment& moment) {
    return moment.before.program().locks[moment.event.lock].kind ==
           models::ProgramLock::Kind::group;
}

// Whether a queued call could have the lock as it is: free, or held by those it is made within.
bool could_take(const History& history, const LockState& lock, std::uint32_t call, bool is_group) {
    return lock.holders.empty() || (is_group && history.descends(call, lock.holders.back()));
}

}  // namespace

void check_acquisition(const Moment& moment, Findings& findings) {
    const auto& [before, event, index] = moment;
    const LockState* const lock = before.lock(event.lock);
    if (lock == nullptr) {
        return;
    }
    if (event.kind == EventKind::held) {
        if (!lock->holders.empty()) {
            findings.add(finding(moment, Property::mutual_exclusion, lock->holders.back()));
        }
        return;
    }
    const bool takes = event.kind == EventKind::granted || event.kind == EventKind::admitted;
    if (!takes || before.call(event.call).holds) {
        return;
    }
    const Policy& policy = before.policy(event.site);
    const CallState& call = before.call(event.call);
    if (policy.wait_timeout && call.stage == Stage::queued && !call.is_over &&
        event.at_ns - call.queued_ns > policy.wait_timeout->count()) {
        findings.add(finding(moment, Property::reject_waits, 0));
    }
    const bool is_group = is_group_lock(moment);
    for (std::uint32_t const holder : lock->holders) {
        if (!is_group || !before.descends(event.call, holder)) {
            findings.add(finding(moment, Property::mutual_exclusion, holder));
        }
    }
    for (std::uint32_t const earlier : lock->waiting) {
        if (earlier == event.call) {
            break;
        }
        if (could_take(before, *lock, earlier, is_group) &&
            !before.has_given_up(earlier, event.at_ns)) {
            findings.add(finding(moment, Property::fifo, earlier));
        }
    }
}

void check_wait(const Moment& moment, Findings& findings) {
    const auto& [before, event, index] = moment;
    const LockState* const lock = before.lock(event.lock);
    if (lock == nullptr || (event.kind != EventKind::queued && event.kind != EventKind::rejected)) {
        return;
    }
    const Policy& policy = before.policy(event.site);
    if (event.kind == EventKind::queued && !waits(policy.concurrency)) {
        findings.add(finding(moment, Property::reject_waits, 0));
    }
    if (event.kind == EventKind::queued && policy.keep_latest) {
        for (std::uint32_t const earlier : lock->waiting) {
            if (before.program().sites[before.call(earlier).site].job ==
                    before.program().sites[event.site].job &&
                !before.has_given_up(earlier, event.at_ns)) {
                findings.add(finding(moment, Property::reject_waits, earlier));
            }
        }
    }
    if (is_group_lock(moment) && !lock->holders.empty() &&
        before.descends(event.call, lock->holders.back())) {
        findings.add(finding(moment, Property::reentry, lock->holders.back()));
    }
}

namespace {

bool is_refusal_by_lock_justified(const LockState& lock, const Policy& policy) {
    if (waits(policy.concurrency)) {
        if (policy.keep_latest && !policy.max_waiting) {
            return false;  // it takes the place of the one that waits
        }
        return policy.max_waiting && lock.waiting.size() >= *policy.max_waiting &&
               !lock.holders.empty();
    }
    return !lock.holders.empty() || !lock.waiting.empty();
}

// Whether a call has waited too long, or would have to: for all who wait, and one run of each.
bool is_timeout_justified(const Moment& moment, const Policy& policy) {
    const auto& [before, event, index] = moment;
    const CallState& call = before.call(event.call);
    if (call.stage == Stage::queued) {
        return event.at_ns - call.queued_ns >= policy.wait_timeout->count();
    }
    const auto waiting = static_cast<std::int64_t>(before.lock(event.lock)->waiting.size());
    return policy.service_time &&
           waiting * policy.service_time->count() > policy.wait_timeout->count();
}

}  // namespace

void check_refusal(const Moment& moment, Findings& findings) {
    const auto& [before, event, index] = moment;
    if (event.site == models::no_site) {
        return;
    }
    const Policy& policy = before.policy(event.site);
    bool is_justified = true;
    if (event.kind == EventKind::rejected) {
        const LockState* const lock = before.lock(event.lock);
        is_justified = lock != nullptr && is_refusal_by_lock_justified(*lock, policy);
    } else if (event.kind == EventKind::replaced) {
        is_justified = policy.keep_latest;
    } else if (event.kind == EventKind::timed_out) {
        is_justified = policy.wait_timeout && is_timeout_justified(moment, policy);
    } else if (event.kind == EventKind::would_deadlock) {
        is_justified = policy.detect_deadlock && before.waits_in_a_cycle(event.call, event.lock);
    } else if (event.kind == EventKind::condition_failed) {
        is_justified = before.lacks_a_condition(event.site);
    } else if (event.kind == EventKind::throttled || event.kind == EventKind::rate_limited) {
        is_justified = !may_start(before, event);
    }
    if (!is_justified) {
        findings.add(finding(moment, Property::unjustified_refusal, 0));
    }
}

}  // namespace interlock::properties
