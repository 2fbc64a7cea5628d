// What a job is apart from its body.
#pragma once

#include "core/job/job_options.hpp"
#include "core/job/registry.hpp"

#include <atomic>
#include <limits>

namespace interlock {

// The numbers of a policy, which may change while calls go on: each is read once a call.
struct Limits {
    std::atomic<Duration::rep> period_ns{0};
    std::atomic<std::uint32_t> max_calls{0};
    std::atomic<std::uint32_t> max_waiting{0};
    std::atomic<Duration::rep> wait_timeout_ns{0};
    std::atomic<Duration::rep> service_time_ns{0};  // 0: unknown

    explicit Limits(const Policy& policy) noexcept { set(policy); }

    void set(const Policy& policy) noexcept {
        using Max = std::numeric_limits<std::uint32_t>;
        const auto relaxed = std::memory_order_relaxed;
        period_ns.store(policy.period.value_or(Duration::zero()).count(), relaxed);
        max_calls.store(policy.max_calls.value_or(0), relaxed);
        max_waiting.store(policy.max_waiting.value_or(Max::max()), relaxed);
        wait_timeout_ns.store(policy.wait_timeout.value_or(Duration::max()).count(), relaxed);
        service_time_ns.store(policy.service_time.value_or(Duration::zero()).count(), relaxed);
    }

    [[nodiscard]] Duration period() const noexcept {
        return Duration(period_ns.load(std::memory_order_relaxed));
    }
    [[nodiscard]] Duration wait_timeout() const noexcept {
        return Duration(wait_timeout_ns.load(std::memory_order_relaxed));
    }
    [[nodiscard]] Duration service_time() const noexcept {
        return Duration(service_time_ns.load(std::memory_order_relaxed));
    }
};

template <Runtime R>
struct JobState {
    JobState(JobRegistry<R>& in, const JobLabel& as, const Policy& given, JobOptions&& with)
        : registry(in), label(as), policy(given), options(std::move(with)), limits(given) {}

    [[nodiscard]] Policy policy_now() const noexcept {
        Policy now = policy;
        if (now.period) {
            now.period = limits.period();
        }
        if (now.max_calls) {
            now.max_calls = limits.max_calls.load(std::memory_order_relaxed);
        }
        if (now.max_waiting) {
            now.max_waiting = limits.max_waiting.load(std::memory_order_relaxed);
        }
        if (now.wait_timeout) {
            now.wait_timeout = limits.wait_timeout();
        }
        if (now.service_time) {
            now.service_time = limits.service_time();
        }
        return now;
    }

    JobRegistry<R>& registry;
    const JobLabel& label;
    const Policy policy;  // its modes; the numbers are in `limits`
    const JobOptions options;
    Limits limits;
    const LockScope scope = lock_scope(policy.concurrency);
    const bool may_wait = waits(policy.concurrency);
    const bool needs_group = interlock::needs_group(policy);
    const bool counts_success =
        policy.throttle != Throttle::none && policy.throttle_counts == ThrottleCounts::success;
    // Calls have more to do than a lock and a throttle.
    const bool is_special =
        policy.dry_run || policy.keep_latest || !options.conditions.empty() || options.period;
    const bool refuses_at_once =  // while its lock is held
        scope == LockScope::job && !may_wait && !is_special;
    const bool needs_care = is_special || needs_group;  // of a call that is on no group
    Gate<R> gate{Admission::Reentry::none};
    Gate<R>* const own_gate = scope == LockScope::job ? &gate : nullptr;
    SharedThrottling<R> throttling{};
    JobState* next = nullptr;      // in the registry; guarded by its guard
    typename R::Count running{0};  // calls on their way, where there is no lock to tell
};

}  // namespace interlock
