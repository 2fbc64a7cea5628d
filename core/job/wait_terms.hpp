// How a call waits for its lock: what its caller and its job's policy say.
#pragma once

#include "core/job/job_state.hpp"

#include <stop_token>

namespace interlock {

// What its caller would have end a call's wait.
struct CallTerms {
    const std::stop_token* stop = nullptr;
    TimePoint deadline = TimePoint::max();
};

// Until the earlier of the call's own deadline and the policy's timeout; and how many may wait
// ahead of a call that is to have its turn by then.
template <Runtime R>
void limit_time(typename Gate<R>::Terms& wait, JobState<R>& job, TimePoint deadline) {
    const Duration timeout = job.limits.wait_timeout();
    const Duration service = job.limits.service_time();
    const bool is_estimated = service != Duration::zero() && deadline != TimePoint::max();
    wait.deadline = deadline;
    if (timeout == Duration::max() && !is_estimated) {
        return;
    }
    const TimePoint now = job.registry.clock().now();
    if (timeout < deadline - now) {
        wait.deadline = now + timeout;
    }
    if (service != Duration::zero() && wait.deadline >= now) {
        wait.how.ahead_max = static_cast<std::size_t>((wait.deadline - now) / service);
    }
}

// Of a call of `job` that finds its lock taken.
template <Runtime R>
typename Gate<R>::Terms wait_terms(JobState<R>& job, const CallTerms& terms) {
    const bool is_dry = job.policy.dry_run;
    typename Gate<R>::Terms wait{
        .how =
            {.may_wait = job.may_wait && !is_dry,
             .waiting_max = job.limits.max_waiting.load(std::memory_order_relaxed)},
        .replaces = job.policy.keep_latest && !is_dry,
        .stop = terms.stop,
        .clock = &job.registry.clock(),
        .graph = job.policy.detect_deadlock ? &job.registry.waits() : nullptr};
    if (job.may_wait) {
        limit_time(wait, job, terms.deadline);
    }
    return wait;
}

}  // namespace interlock
