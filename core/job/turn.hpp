// One call's way through its job's policy: lock, throttle, start, end, and the lock back.
#pragma once

#include "core/job/errors.hpp"
#include "core/job/job_group.hpp"
#include "core/job/refusal.hpp"

#include <optional>

namespace interlock {

// What a job is apart from its body.
template <Runtime R>
struct JobState {
    JobRegistry<R>& registry;
    Policy policy;
    std::string name;
    LockScope scope = lock_scope(policy.concurrency);
    JobId id{};
    Gate<R> gate{Admission::Reentry::none};
    SharedThrottling<R> throttling{};
};

// begin() once; whatever happens after it, the destructor gives the lock back.
template <Runtime R>
class Turn {
  public:
    // `group` is where the job is called; none only if its policy needs none.
    Turn(JobState<R>& job, GroupState<R>* group) noexcept
        : job_(job),
          group_(group),
          current_(R::current()),
          frame_{job.registry.next_call(), current_} {}

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    ~Turn() {
        if (started_) {
            current_ = frame_.parent;
            emit(EventKind::finished);
        }
        if (gate_ != nullptr) {
            release();
        }
    }

    // Takes the lock, waiting where the policy says so, and passes the throttle. Returns the
    // refusal, or nothing: then the body's turn has come.
    std::optional<Refusal> begin(const std::stop_token& stop) {
        emit(EventKind::arrived);
        if (job_.scope != LockScope::none) {
            const Entry entry = enter(stop);
            if (entry != Entry::admitted) {
                return refusal_of(entry);
            }
            emit(EventKind::admitted);
        }
        if (job_.policy.throttle != Throttle::none) {
            Throttling::Decision const decision = pass_throttle();
            if (decision.answer != Throttling::Answer::pass) {
                return refusal_of(decision);
            }
        }
        started_ = true;
        current_ = &frame_;
        emit(EventKind::started);
        return std::nullopt;
    }

    // How the body ended; failed unless it is said.
    void end(Status how) {
        how_ = how;
        if (how == Status::ran && job_.policy.throttle != Throttle::none &&
            job_.policy.throttle_counts == ThrottleCounts::success) {
            SharedThrottling<R>& throttling = throttling_of();
            std::lock_guard const guard(throttling.guard);
            throttling.state.count(start_);
        }
    }

  private:
    Entry enter(const std::stop_token& stop) {
        Gate<R>& gate = job_.scope == LockScope::group ? group_->gate : job_.gate;
        const Policy& policy = job_.policy;
        Admission::Request how{.may_wait = waits(policy.concurrency)};
        if (policy.max_waiting) {
            how.waiting_max = *policy.max_waiting;
        }
        const Entry entry = gate.enter(
            frame_,
            how,
            stop,
            [&] { emit(EventKind::queued); },
            [&](CallId next) {
                emit(EventKind::cancelled);
                emit_granted(next);
            }
        );
        if (entry == Entry::admitted) {
            gate_ = &gate;
        }
        return entry;
    }

    void release() noexcept {
        const CallId next = gate_->leave(frame_.id);
        emit(EventKind::released);
        emit_granted(next);
    }

    Throttling::Decision pass_throttle() {
        SharedThrottling<R>& throttling = throttling_of();
        start_ = job_.registry.clock().now();
        std::lock_guard const guard(throttling.guard);
        Throttling::Decision const decision = throttling.state.check(job_.policy, start_);
        if (decision.answer == Throttling::Answer::pass &&
            job_.policy.throttle_counts == ThrottleCounts::start) {
            throttling.state.count(start_);
        }
        return decision;
    }

    SharedThrottling<R>& throttling_of() noexcept {
        return is_group(job_.policy.throttle) ? group_->throttling : job_.throttling;
    }

    Refusal refusal_of(Entry entry) noexcept {
        const bool is_cancelled = entry == Entry::cancelled;
        if (!is_cancelled) {
            emit(EventKind::rejected);
        }
        return {
            .status = is_cancelled ? Status::cancelled : Status::rejected,
            .queue_full = entry == Entry::full,
            .job = job_.name,
            .group = job_.scope == LockScope::group ? group_->name : std::string_view{},
        };
    }

    Refusal refusal_of(Throttling::Decision decision) noexcept {
        const bool is_skip = decision.answer == Throttling::Answer::throttled;
        emit(is_skip ? EventKind::throttled : EventKind::rate_limited, decision.retry_after);
        return {
            .status = is_skip ? Status::throttled : Status::rate_limited,
            .retry_after = decision.retry_after,
            .job = job_.name,
            .group = is_group(job_.policy.throttle) ? group_->name : std::string_view{},
            .period = job_.policy.period.value_or(Duration::zero()),
            .max_calls = job_.policy.max_calls.value_or(0),
        };
    }

    void emit(EventKind kind, Duration retry_after = Duration::zero()) noexcept {
        if (Observer* const observer = job_.registry.observer()) {
            observer->on_event({
                .kind = kind,
                .scope = job_.scope,
                .how = how_,
                .job = job_.id,
                .group = group_ != nullptr ? group_->id : GroupId{},
                .call = frame_.id,
                .parent = frame_.parent != nullptr ? frame_.parent->id : CallId{},
                .retry_after = retry_after,
            });
        }
    }

    // Told by the task that gives the lock; of the waiter it knows the call only.
    void emit_granted(CallId next) noexcept {
        Observer* const observer = job_.registry.observer();
        if (next && observer != nullptr) {
            observer->on_event({
                .kind = EventKind::granted,
                .scope = job_.scope,
                .job = job_.scope == LockScope::group ? JobId{} : job_.id,
                .group = group_ != nullptr ? group_->id : GroupId{},
                .call = next,
            });
        }
    }

    JobState<R>& job_;
    GroupState<R>* group_;
    const CallFrame*& current_;  // of the task that makes the call
    CallFrame frame_;
    Gate<R>* gate_ = nullptr;  // the one it holds
    TimePoint start_{};        // where a throttle needs it
    Status how_ = Status::failed;
    bool started_ = false;
};

}  // namespace interlock
