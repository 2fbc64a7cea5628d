// One call's whole way through its job's policy: conditions, lock, conditions again if it waited,
// throttle, start, end, and the lock back; and what an observer is told of it. job.hpp has a short
// way for calls that need less.
#pragma once

#include "core/job/errors.hpp"
#include "core/job/job_group.hpp"
#include "core/job/job_state.hpp"
#include "core/job/refusal.hpp"
#include "core/job/wait_terms.hpp"

#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace interlock {

// begin() once; whatever happens after it, the destructor gives the lock back.
template <Runtime R>
class Turn {
  public:
    // `group`: the one that the call is made on; none only if the policy needs none.
    Turn(JobState<R>& job, GroupState<R>* group, const CallTerms& terms)
        : job_(job),
          group_(group),
          terms_(terms),
          current_(R::current()),
          frame_{.id = job.registry.next_call(), .parent = current_, .job = &job.label},
          parent_(parent_of(frame_)),
          event_{
              .scope = job.scope,
              .is_dry = job.policy.dry_run,
              .job = &job.label,
              .group = group != nullptr ? &group->label : nullptr,
              .call = frame_.id,
              .parent = parent_} {}

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    ~Turn() {
        if (is_started_) {
            current_ = frame_.parent;
            tell(EventKind::finished, [&](Event& event) {
                event.how = how_;
                event.error = error_ ? &error_ : nullptr;
            });
        }
        if (counts_running_) {
            --job_.running;
        }
        if (gate_ != nullptr) {
            const CallId next = gate_->leave(frame_);
            tell(EventKind::released);
            tell_granted(next);
        }
    }

    // Takes the lock, waiting where the policy says so, and passes the throttle. True: the body's
    // turn has come. False: refusal() says why not.
    bool begin() {
        tell(EventKind::arrived);
        if (job_.registry.is_closing() && !parent_) {
            return refuse(Reason::shut_down);
        }
        if (!check_conditions() || !enter()) {
            return false;
        }
        if (job_.policy.throttle != Throttle::none && !pass_throttle()) {
            return false;
        }
        is_started_ = true;
        current_ = &frame_;
        tell(EventKind::started);
        return true;
    }

    // Why begin() returned false; made from what was found then, because most calls begin.
    Refusal refusal() {
        switch (reason_) {
            case Reason::condition_failed:
                return {.reason = reason_, .job = &job_.label, .condition = condition_};
            case Reason::throttled:
            case Reason::rate_limited:
                return job_.refusal(decision_, limit_, group_);
            default:
                return job_.refusal(reason_, holder_, std::move(cycle_), group_);
        }
    }

    // How the body ended; failed unless it is said. `error` is what it threw.
    void end(Status how, std::exception_ptr error = nullptr) {
        how_ = how;
        error_ = std::move(error);
        if (job_.counts_success && how == Status::ran) {
            job_.throttling_on(group_).count(start_);
        }
    }

  private:
    using Entered = typename Gate<R>::Entered;

    bool enter() {
        Gate<R>* const gate = job_.lock_on(group_);
        if (gate == nullptr) {
            ++job_.running;
            counts_running_ = true;
            return true;
        }
        Entered entered = gate->enter(
            frame_,
            [this] { return wait_terms(job_, terms_); },
            [this](const Entered& so_far) {
                tell_replaced(so_far.replaced);
                tell(EventKind::queued);
            }
        );
        if (entered.entry != Entry::admitted) {
            return refuse(entered);
        }
        gate_ = gate;
        tell(EventKind::admitted);
        return !entered.has_waited || check_conditions();
    }

    bool pass_throttle() {
        SharedThrottling<R>& throttling = job_.throttling_on(group_);
        const Duration period = job_.options.period ? job_.options.period() : job_.limits.period();
        limit_ = job_.limit(period);
        start_ = job_.registry.clock().now();
        decision_ = job_.ask(throttling, limit_, start_);
        switch (decision_.answer) {
            case Throttling::Answer::pass:
                return true;
            case Throttling::Answer::throttled:
                refuse(Reason::throttled);
                break;
            case Throttling::Answer::rate_limited:
                refuse(Reason::rate_limited);
                break;
        }
        if (job_.policy.dry_run && !job_.counts_success) {
            throttling.count(start_);
        }
        return job_.policy.dry_run;
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

    bool refuse(Entered& entered) {
        holder_ = entered.holder;
        cycle_ = std::move(entered.cycle);
        const bool goes_on = refuse(reason_of(entered.entry));
        tell_granted(entered.granted);
        return goes_on;
    }

    // Whether the call goes on all the same, because its policy is dry.
    bool refuse(Reason reason) noexcept {
        reason_ = reason;
        if (reason == Reason::replaced) {
            return false;  // told by the call that did it
        }
        if (reason == Reason::cancelled) {
            tell(EventKind::cancelled);
            return false;
        }
        if (reason == Reason::busy && job_.may_wait) {
            tell(EventKind::queued);  // only a dry policy's: it would have waited
            return true;
        }
        // No policy overrides that the registry takes no calls.
        const bool goes_on = job_.policy.dry_run && reason != Reason::shut_down;
        tell(EventKind::refused, [&](Event& event) {
            event.reason = reason;
            const bool is_throttle = reason == Reason::throttled || reason == Reason::rate_limited;
            event.holder = is_throttle ? CallId{} : holder_.call;
            event.retry_after = is_throttle ? decision_.retry_after : Duration::zero();
            event.is_dry = goes_on;
        });
        return goes_on;
    }

    // The observer.

    // Told by the newer call.
    void tell_replaced(CallId old) const noexcept {
        if (old) {
            tell(EventKind::refused, [&](Event& event) {
                event.reason = Reason::replaced;
                event.call = old;
                event.parent = {};
            });
        }
    }

    // Told by the task that gives the lock; of the waiter it knows the call only.
    void tell_granted(CallId next) const noexcept {
        if (next) {
            tell(EventKind::granted, [&](Event& event) {
                event.job = job_.scope == LockScope::group ? nullptr : &job_.label;
                event.call = next;
                event.parent = {};
            });
        }
    }

    void tell(EventKind kind) noexcept {
        if (Observer* const observer = job_.registry.observer()) {
            event_.kind = kind;
            observer->on_event(event_);
        }
    }

    // The same of an event that says more, as `change` makes it.
    template <class Change>
    void tell(EventKind kind, const Change& change) const noexcept {
        Observer* const observer = job_.registry.observer();
        if (observer == nullptr) {
            return;
        }
        Event event = event_;
        event.kind = kind;
        change(event);
        observer->on_event(event);
    }

    JobState<R>& job_;
    GroupState<R>* const group_;
    const CallTerms& terms_;
    const CallFrame*& current_;  // of the task that makes the call
    CallFrame frame_;
    CallId parent_;
    Event event_;              // what all events of the call have in common
    Gate<R>* gate_ = nullptr;  // the one it holds
    std::exception_ptr error_;
    Status how_ = Status::failed;
    bool is_started_ = false;
    bool counts_running_ = false;

    // Where there is a throttle.
    TimePoint start_{};
    Throttling::Limit limit_{};
    Throttling::Decision decision_{};

    // Why it does not begin; what the reason needs.
    Reason reason_ = Reason::busy;
    typename Gate<R>::Holder holder_{};
    const std::string* condition_ = nullptr;
    std::unique_ptr<const std::vector<CycleStep>> cycle_;
};

}  // namespace interlock
