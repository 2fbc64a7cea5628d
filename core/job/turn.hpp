// One call's way through its job's policy: conditions, lock, conditions again if it waited,
// throttle, start, end, and the lock back.
#pragma once

#include "core/job/errors.hpp"
#include "core/job/job_group.hpp"
#include "core/job/job_state.hpp"
#include "core/job/refusal.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>

namespace interlock {

// Where a call is made, and what ends its wait.
template <Runtime R>
struct CallTerms {
    GroupState<R>* group = nullptr;  // none only if the policy needs none
    const std::stop_token* stop = nullptr;
    TimePoint deadline = TimePoint::max();
};

// begin() once; whatever happens after it, the destructor gives the lock back.
//
// Most calls have nothing to do but to take a lock and a throttle: for them, `watched` is false,
// and what is left is inlined into the call and lives in registers. Therefore the frame, which
// others may look at, is apart, and what is out of line takes and returns values. Calls on no group
// are not `grouped`: they have less to decide.
template <Runtime R, bool watched, bool grouped>
class Turn {
  public:
    [[gnu::always_inline]] Turn(
        JobState<R>& job, const CallTerms<R>& terms, CallFrame& frame
    ) noexcept
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): what only some calls need is not.
        : job_(job), terms_(terms), frame_(frame) {
        frame.id = job.registry.next_call();
        frame.job = &job.label;
        if (watched || grouped) {
            find_current();
        }
    }

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    [[gnu::always_inline]] ~Turn() {
        if (is_started_) {
            *current_ = frame_.parent;
            if constexpr (watched) {
                event_.how = how_;
                event_.error = error_ ? &error_ : nullptr;
                tell(about(EventKind::finished));
                event_.how = Status::ran;
                event_.error = nullptr;
            }
        }
        if (counts_running_) {
            --job_.running;
        }
        if (gate_ != nullptr) {
            const CallId next = gate_->leave(frame_.id);
            if constexpr (watched) {
                tell(about(EventKind::released));
                tell_granted(next);
            }
        }
    }

    // Takes the lock, waiting where the policy says so, and passes the throttle. True: the body's
    // turn has come. False: refusal() says why not.
    [[gnu::always_inline]] bool begin() {
        if constexpr (watched) {
            tell(about(EventKind::arrived));
            if (job_.registry.is_closing() && !parent_) {
                return refuse(Reason::shut_down);
            }
            if (!job_.options.conditions.empty() && !check_conditions()) {
                return false;
            }
        }
        if (!enter()) {
            return false;
        }
        if (job_.policy.throttle != Throttle::none && !pass_throttle()) {
            return false;
        }
        if (!watched && !grouped) {
            find_current();
        }
        is_started_ = true;
        *current_ = &frame_;
        if constexpr (watched) {
            tell(about(EventKind::started));
        }
        return true;
    }

    // Why begin() returned false; made from what was found then, because most calls begin.
    [[gnu::always_inline]] Refusal refusal() {
        Refusal refusal{.reason = reason_, .job = &job_.label};
        switch (reason_) {
            case Reason::condition_failed:
                if constexpr (watched) {
                    refusal.condition = condition_;
                }
                break;
            case Reason::throttled:
            case Reason::rate_limited:
                refusal.group = group_of(is_group(job_.policy.throttle));
                refusal.retry_after = retry_after_;
                refusal.period = limit_.period;
                refusal.max_calls = limit_.max_calls;
                break;
            default:
                refusal.group = group_of(job_.scope == LockScope::group);
                refusal.holder = holder_.call;
                refusal.holder_job = holder_.job;
                if (cycle_ != nullptr) {
                    refusal.cycle.reset(cycle_);
                }
                break;
        }
        return refusal;
    }

    // How the body ended; failed unless it is said.
    [[gnu::always_inline]] void end(Status how) {
        how_ = how;
        if (job_.counts_success && how == Status::ran) {
            SharedThrottling<R>& throttling = throttling_of();
            std::lock_guard const guard(throttling.guard);
            throttling.state.count(start_);
        }
    }

    // As end(), of a body that threw `error`.
    [[gnu::always_inline]] void end(Status how, const std::exception_ptr& error) {
        if constexpr (watched) {
            error_ = error;
        }
        end(how);
    }

  private:
    struct Nothing {};
    struct NoEvent {};
    using Entered = typename Gate<R>::Entered;

    [[gnu::always_inline]] void find_current() noexcept {
        current_ = &R::current();
        frame_.parent = *current_;
        if constexpr (watched) {
            parent_ = parent_of(frame_);
            event_ = {
                .kind = EventKind::arrived,
                .scope = job_.scope,
                .is_dry = job_.policy.dry_run,
                .job = &job_.label,
                .group = terms_.group != nullptr ? &terms_.group->label : nullptr,
                .call = frame_.id,
                .parent = parent_,
            };
        }
    }

    [[gnu::always_inline]] bool enter() {
        Gate<R>* const gate = lock();
        if (gate == nullptr) {
            ++job_.running;
            counts_running_ = true;
            return true;
        }
        Entered entered = gate->enter(
            frame_,
            [&job = job_, &terms = terms_, &frame = frame_] {
                return wait_terms(job, terms, frame);
            },
            [this](const Entered& so_far) {
                if constexpr (watched) {
                    tell_replaced(so_far.replaced);
                    tell(about(EventKind::queued));
                }
            }
        );
        if (entered.entry != Entry::admitted) [[unlikely]] {
            return refuse(entered);
        }
        gate_ = gate;
        if constexpr (watched) {
            tell(about(EventKind::admitted));
            return !entered.has_waited || check_conditions();
        }
        return true;
    }

    // None: the policy has none.
    [[gnu::always_inline]] Gate<R>* lock() const noexcept {
        if (grouped && job_.scope == LockScope::group) {
            return &terms_.group->gate;
        }
        return job_.own_gate;
    }

    // Where the lock is not free.
    [[gnu::noinline]] static typename Gate<R>::Terms wait_terms(
        JobState<R>& job, const CallTerms<R>& terms, CallFrame& frame
    ) {
        frame.parent = R::current();  // who waits may be part of a cycle
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
            limit_time(job, terms, wait);
        }
        return wait;
    }

    // Until the earlier of the call's own deadline and the policy's timeout; and how many may wait
    // ahead of a call that is to have its turn by then.
    static void limit_time(
        const JobState<R>& job, const CallTerms<R>& terms, typename Gate<R>::Terms& wait
    ) {
        const Duration timeout = job.limits.wait_timeout();
        const Duration service = job.limits.service_time();
        const bool is_estimated = service != Duration::zero() && terms.deadline != TimePoint::max();
        wait.deadline = terms.deadline;
        if (timeout == Duration::max() && !is_estimated) {
            return;
        }
        const TimePoint now = job.registry.clock().now();
        if (timeout < terms.deadline - now) {
            wait.deadline = now + timeout;
        }
        if (service != Duration::zero() && wait.deadline >= now) {
            wait.how.ahead_max = static_cast<std::size_t>((wait.deadline - now) / service);
        }
    }

    [[gnu::always_inline]] bool pass_throttle() {
        SharedThrottling<R>& throttling = throttling_of();
        const Throttling::Limit limit{
            job_.policy.throttle, period(), job_.limits.max_calls.load(std::memory_order_relaxed)};
        start_ = job_.registry.clock().now();
        std::lock_guard const guard(throttling.guard);
        const auto decision = throttling.state.start(limit, start_, !job_.counts_success);
        if (decision.answer == Throttling::Answer::pass) [[likely]] {
            return true;
        }
        limit_ = limit;
        retry_after_ = decision.retry_after;
        const bool goes_on = refuse(
            decision.answer == Throttling::Answer::throttled ? Reason::throttled
                                                             : Reason::rate_limited
        );
        if (goes_on && !job_.counts_success) {
            throttling.state.count(start_);
        }
        return goes_on;
    }

    [[gnu::always_inline]] Duration period() const {
        if constexpr (watched) {
            if (job_.options.period) {
                return job_.options.period();
            }
        }
        return job_.limits.period();
    }

    [[gnu::always_inline]] SharedThrottling<R>& throttling_of() noexcept {
        return grouped && is_group(job_.policy.throttle) ? terms_.group->throttling
                                                         : job_.throttling;
    }

    [[gnu::always_inline]] const GroupLabel* group_of(bool is_group) const noexcept {
        return grouped && is_group ? &terms_.group->label : nullptr;
    }

    bool check_conditions() {
        for (const Condition& condition : job_.options.conditions) {
            if (!job_.registry.ignores(condition.name) && !condition.holds()) {
                condition_ = &condition.name;
                return refuse(Reason::condition_failed);
            }
        }
        return true;
    }

    [[gnu::always_inline]] bool refuse(Entered& entered) {
        holder_ = entered.holder;
        cycle_ = entered.cycle.release();
        const bool goes_on = refuse(reason_of(entered.entry));
        if constexpr (watched) {
            tell_granted(entered.granted);
        }
        return goes_on;
    }

    // Whether the call goes on all the same, because its policy is dry.
    [[gnu::always_inline]] bool refuse(Reason reason) noexcept {
        reason_ = reason;
        if constexpr (watched) {
            if (reason == Reason::replaced) {
                return false;  // told by the call that did it
            }
            if (reason == Reason::cancelled) {
                tell(about(EventKind::cancelled));
                return false;
            }
            if (reason == Reason::busy && job_.may_wait) {
                tell(about(EventKind::queued));  // only a dry policy's: it would have waited
                return true;
            }
            Event event = about(EventKind::refused);
            event.reason = reason;
            const bool is_throttle = reason == Reason::throttled || reason == Reason::rate_limited;
            event.holder = is_throttle ? CallId{} : holder_.call;
            event.retry_after = is_throttle ? retry_after_ : Duration::zero();
            event.is_dry =
                event.is_dry && reason != Reason::shut_down;  // which no policy overrides
            tell(event);
            return event.is_dry;
        }
        return false;
    }

    static constexpr Reason reason_of(Entry entry) noexcept {
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

    // The observer.

    [[nodiscard]] [[gnu::always_inline]] const Event& about(EventKind kind) noexcept {
        event_.kind = kind;
        return event_;
    }

    // Told by the newer call.
    void tell_replaced(CallId old) const noexcept {
        if (old) {
            Event event = event_;
            event.kind = EventKind::refused;
            event.reason = Reason::replaced;
            event.call = old;
            event.parent = {};
            tell(event);
        }
    }

    // Told by the task that gives the lock; of the waiter it knows the call only.
    [[gnu::always_inline]] void tell_granted(CallId next) const noexcept {
        if constexpr (!watched) {
            return;
        } else if (next) {
            Event event = event_;
            event.kind = EventKind::granted;
            event.job = job_.scope == LockScope::group ? nullptr : &job_.label;
            event.call = next;
            event.parent = {};
            tell(event);
        }
    }

    [[gnu::always_inline]] void tell(const Event& event) const noexcept {
        if (Observer* const observer = job_.registry.observer()) {
            observer->on_event(event);
        }
    }

    JobState<R>& job_;
    const CallTerms<R>& terms_;
    CallFrame& frame_;
    const CallFrame** current_ = nullptr;  // of the task that makes the call
    Gate<R>* gate_ = nullptr;              // the one it holds
    CallId parent_{};                      // where an observer is told
    Status how_ = Status::failed;
    // Where an observer is told.
    [[no_unique_address]] std::conditional_t<watched, std::exception_ptr, Nothing> error_;
    [[no_unique_address]] std::conditional_t<watched, Event, NoEvent> event_;  // what all have
    bool is_started_ = false;
    bool counts_running_ = false;

    // Where a throttle needs it.
    TimePoint start_;
    Throttling::Limit limit_;

    // Why it does not begin; set where the reason needs it.
    Reason reason_;
    typename Gate<R>::Holder holder_;
    Duration retry_after_;
    const std::string* condition_ = nullptr;
    const std::vector<CycleStep>* cycle_ = nullptr;  // owned until refusal() gives it away
};

}  // namespace interlock
