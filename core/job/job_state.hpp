// What a job is apart from its body.
#pragma once

#include "core/job/job_options.hpp"
#include "core/job/registry.hpp"

#include <atomic>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

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

// How a call goes.
enum class Way : std::uint8_t {
    lock,            // takes the job's own lock, if that is free, and runs
    lock_or_refuse,  // as lock; while it is held, it is refused at once
    group_lock,      // takes its group's lock, if that is free, and runs
    no_lock,         // passes a throttle, if there is one, and runs
    own_lock_and_throttle,
    lock_and_throttle,  // of which the group has one, or both
    whole,              // there is more to do: turn.hpp
};

// Why a call that its gate did not admit is refused.
constexpr Reason reason_of(Entry entry) noexcept {
    switch (entry) {
        case Entry::full:
            return Reason::queue_full;
        case Entry::cancelled:
            return Reason::cancelled;
        case Entry::timed_out:
            return Reason::timed_out;
        case Entry::too_late:
            return Reason::too_late;
        case Entry::replaced:
            return Reason::replaced;
        case Entry::closed:
            return Reason::shut_down;
        case Entry::would_deadlock:
            return Reason::would_deadlock;
        default:
            return Reason::busy;
    }
}

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

    [[nodiscard]] static Way way_of(const Policy& policy, const JobOptions& options) noexcept {
        if (policy.dry_run || policy.keep_latest || !options.conditions.empty() || options.period) {
            return Way::whole;
        }
        if (policy.concurrency == Concurrency::none) {
            return Way::no_lock;
        }
        if (policy.throttle != Throttle::none) {
            return interlock::needs_group(policy) ? Way::lock_and_throttle
                                                  : Way::own_lock_and_throttle;
        }
        if (is_group(policy.concurrency)) {
            return Way::group_lock;
        }
        return policy.concurrency == Concurrency::reject ? Way::lock_or_refuse : Way::lock;
    }

    // The lock of a call on `group`; none: the policy has none.
    [[nodiscard]] [[gnu::always_inline]] Gate<R>* lock_on(GroupState<R>* group) noexcept {
        return scope == LockScope::group ? &group->gate : own_gate;
    }

    [[nodiscard]] [[gnu::always_inline]] SharedThrottling<R>& throttling_on(GroupState<R>* group
    ) noexcept {
        // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn): then there is a group.
        return is_group(policy.throttle) ? group->throttling : throttling;
    }

    // What its throttle is asked by a call.
    [[nodiscard]] [[gnu::always_inline]] Throttling::Limit limit(Duration period) const noexcept {
        return {policy.throttle, period, limits.max_calls.load(std::memory_order_relaxed)};
    }

    // Asks `of`, the job's throttling, whether a call may start now, and counts the start.
    [[gnu::always_inline]] Throttling::Decision ask(
        SharedThrottling<R>& of, const Throttling::Limit& limit, TimePoint now
    ) {
        std::lock_guard const guard(of.guard);
        return of.state.start(limit, now, !counts_success);
    }

    // Of a call on `group` that its throttle did not let pass.
    [[nodiscard]] [[gnu::always_inline]] Refusal refusal(
        const Throttling::Decision& decision,
        const Throttling::Limit& limit,
        const GroupState<R>* group
    ) const {
        const bool is_throttled = decision.answer == Throttling::Answer::throttled;
        return {
            .reason = is_throttled ? Reason::throttled : Reason::rate_limited,
            .max_calls = limit.max_calls,
            .job = &label,
            .group = is_group(policy.throttle) ? &group->label : nullptr,
            .retry_after = decision.retry_after,
            .period = limit.period};
    }

    // Of a call on `group` that has not got its lock.
    [[nodiscard]] Refusal refusal(
        Reason reason,
        const typename Gate<R>::Holder& holder,
        std::unique_ptr<const std::vector<CycleStep>> cycle,
        const GroupState<R>* group
    ) const {
        return {
            .reason = reason,
            .job = &label,
            .group = scope == LockScope::group ? &group->label : nullptr,
            .holder = holder.call,
            .holder_job = holder.job,
            .cycle = std::move(cycle)};
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
    const Way own_way = way_of(policy, options);
    std::atomic<Way> way{own_way};  // whole, while calls have to be told or turned away
    Gate<R> gate{Admission::Reentry::none};
    Gate<R>* const own_gate = scope == LockScope::job ? &gate : nullptr;
    SharedThrottling<R> throttling{};
    JobState* next = nullptr;      // in the registry; guarded by its guard
    typename R::Count running{0};  // calls on their way, where there is no lock to tell
};

}  // namespace interlock
