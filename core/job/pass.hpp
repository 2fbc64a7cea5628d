// The short way of a call: a lock, a throttle, and nobody to tell.
#pragma once

#include "core/job/job_state.hpp"
#include "core/job/wait_terms.hpp"

namespace interlock {

// What a policy makes a call take: what is known of it when it is compiled need not be asked.
enum class Takes : std::uint8_t {
    own_lock,
    group_lock,
    no_lock,  // but perhaps a throttle
    own_lock_and_throttle,
    lock_and_throttle,  // one of them, or both, of the group
    whatever,           // a lock, and perhaps a throttle
};

// enter() and start(), in the order of the policy; the destructor gives back what was taken.
template <Runtime R, Takes takes>
class Pass {
  public:
    [[gnu::always_inline]] Pass(JobState<R>& job, GroupState<R>* group) noexcept
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): what start() sets.
        : job_(job), group_(group) {}

    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

    [[gnu::always_inline]] ~Pass() {
        if (is_in_) {
            if constexpr (takes == Takes::no_lock) {
                --job_.running;
            } else {
                lock().leave(*frame_);
            }
        }
    }

    // Takes the lock, if there is one; false: it is not free. `frame` is the call's; it is apart,
    // because others may look at it, and all of this lives in registers.
    [[gnu::always_inline]] bool enter(const CallFrame& frame) {
        frame_ = &frame;
        if constexpr (takes == Takes::no_lock) {
            ++job_.running;
            is_in_ = true;
        } else {
            is_in_ = lock().enter_at_once(frame);
            // Who has it may be a call that this is within, and then it does not come free.
            if (R::looks > 0 && !is_in_ && job_.may_wait && frame.parent == nullptr) {
                is_in_ = lock().enter_soon(frame);
            }
        }
        return is_in_;
    }

    // The same; where it is not free, waits for it, if the policy says so.
    [[nodiscard]] typename Gate<R>::Entered wait(const CallFrame& frame, const CallTerms& terms) {
        frame_ = &frame;
        auto entered = lock().enter(
            frame, [&] { return wait_terms(job_, terms); }, [](const auto& /*so_far*/) {}
        );
        is_in_ = entered.entry == Entry::admitted;
        return entered;
    }

    // Passes the throttle, if there is one; false: refusal() says why not.
    [[gnu::always_inline]] bool start() {
        constexpr bool may_be_none = takes == Takes::no_lock || takes == Takes::whatever;
        if (may_be_none && job_.policy.throttle == Throttle::none) {
            return true;
        }
        start_ = job_.registry.clock().now();
        limit_ = job_.limit(job_.limits.period());
        decision_ = job_.ask(throttling(), limit_, start_);
        return decision_.answer == Throttling::Answer::pass;
    }

    [[nodiscard]] [[gnu::always_inline]] Refusal refusal() const {
        return job_.refusal(decision_, limit_, group_);
    }

    [[gnu::always_inline]] void end(Status how) {
        const bool has_throttle = takes != Takes::own_lock && takes != Takes::group_lock;
        if (has_throttle && job_.counts_success && how == Status::ran) {
            throttling().count(start_);
        }
    }

  private:
    [[nodiscard]] [[gnu::always_inline]] SharedThrottling<R>& throttling() const noexcept {
        return takes == Takes::own_lock_and_throttle ? job_.throttling : job_.throttling_on(group_);
    }

    [[nodiscard]] [[gnu::always_inline]] Gate<R>& lock() const noexcept {
        if constexpr (takes == Takes::own_lock || takes == Takes::own_lock_and_throttle) {
            return job_.gate;
        } else if constexpr (takes == Takes::group_lock) {
            return group_->gate;
        } else {
            // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn): then there is a group.
            return job_.scope == LockScope::group ? group_->gate : job_.gate;
        }
    }

    JobState<R>& job_;
    GroupState<R>* const group_;
    const CallFrame* frame_ = nullptr;
    bool is_in_ = false;

    // Where there is a throttle.
    TimePoint start_;
    Throttling::Limit limit_;
    Throttling::Decision decision_;
};

// While it lives, calls that the task makes are within the one of `frame`. `current` is the task's.
class Inside {
  public:
    [[gnu::always_inline]] Inside(const CallFrame& frame, const CallFrame*& current) noexcept
        : parent_(frame.parent), current_(current) {
        // NOLINTNEXTLINE(cppcoreguidelines-prefer-member-initializer): this writes through it.
        current_ = &frame;
    }

    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    [[gnu::always_inline]] ~Inside() { current_ = parent_; }

  private:
    const CallFrame* const parent_;  // a copy: it stays in a register
    const CallFrame*& current_;
};

}  // namespace interlock
