// Who holds a lock and who waits for it, in which order. Pure state: it neither waits nor wakes;
// whoever owns it does both. Holders are linked through their frames.
#pragma once

#include "core/policy/call_frame.hpp"
#include "core/policy/occupancy.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace interlock {

class Admission {
  public:
    enum class Reentry : std::uint8_t {
        none,         // a job's own lock: one call at a time
        descendants,  // a group's lock: calls made from within the holder share it, in turns
    };

    enum class Decision : std::uint8_t {
        admitted,  // the call holds the lock
        queued,    // the call waits; a later release() names it when it is granted
        busy,      // refused: held, and the call would not wait
        full,      // refused: the queue has reached its bound
        too_late,  // refused: too many wait ahead of it
    };

    struct Request {
        bool may_wait = false;
        std::size_t waiting_max = std::numeric_limits<std::size_t>::max();
        // Of those that would have the lock before it, the holders apart.
        std::size_t ahead_max = std::numeric_limits<std::size_t>::max();
    };

    explicit Admission(Reentry reentry) noexcept : reentry_(reentry) {}

    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;

    // Asks for the lock. A call is admitted when nobody holds, or when it descends from the
    // innermost holder. A descendant of an outer holder waits for its sibling, ahead of strangers.
    Decision request(const CallFrame& call, Request how) {
        return enter_at_once(call) ? Decision::admitted : request_held(call, how);
    }

    // As request() of a call that is admitted, without the bother of saying how it would wait;
    // else nothing has happened.
    [[gnu::always_inline]] bool enter_at_once(const CallFrame& call) noexcept {
        const CallFrame* const parent = call.parent;
        if (!innermost_.call) [[likely]] {
            push(call, {});
            return true;
        }
        if (reentry_ == Reentry::none) {
            return false;
        }
        if (parent == innermost_.frame && parent->id == innermost_.call) [[likely]] {
            // The same as innermost_, without the wait for what the last call stored there.
            push(call, {parent->id, parent});
            return true;
        }
        if (parent == nullptr || !parent->descends_from(innermost_.call)) {
            return false;
        }
        push(call, innermost_);
        return true;
    }

    // Gives the lock back; returns the waiter that holds it from now on, if any. Handing over
    // instead of freeing is what keeps a newcomer from overtaking the queue. `call` need not be
    // the innermost holder: a child that outlives its parent keeps the lock until it is done.
    // A call that holds nothing is a bug of the caller: asserted, then ignored.
    CallId release(CallId call) noexcept {
        return innermost_.call == call && leave_at_once(*innermost_.frame) ? CallId{}
                                                                           : release_slowly(call);
    }

    // As release() of the innermost holder while nobody waits; else nothing has happened.
    [[gnu::always_inline]] bool leave_at_once(const CallFrame& call) noexcept {
        if (innermost_.call != call.id || waiting_ != 0) [[unlikely]] {
            return false;
        }
        innermost_.call = call.outer.call;  // word by word, as push() stored it
        innermost_.frame = call.outer.frame;
        return true;
    }

    // Takes a waiter out of the queue without disturbing the others. Not waiting (any more, or
    // ever) is an ordinary answer: false.
    bool withdraw(CallId call) noexcept;

    [[nodiscard]] Reentry reentry() const noexcept { return reentry_; }
    [[nodiscard]] bool is_held() const noexcept { return static_cast<bool>(innermost_.call); }
    [[nodiscard]] bool holds(CallId call) const noexcept;
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

    [[nodiscard]] const Party& innermost() const noexcept { return innermost_; }

    // Innermost first.
    template <class Function>
    void for_each_holder(Function function) const {
        for (Party holder = innermost_; holder.call; holder = outside(holder)) {
            function(holder);
        }
    }

    // The waiting call of `job` that came first; none if none waits.
    [[nodiscard]] CallId first_waiting(const JobLabel* job) const noexcept;

    [[nodiscard]] std::vector<CallId> holders() const;  // outermost first
    [[nodiscard]] std::vector<CallId> waiters() const;  // longest first

    // Equal states have equal fingerprints; different ones differ but for chance (64 bit).
    [[nodiscard]] std::uint64_t fingerprint() const noexcept;

    // A copy, for those who come later.
    [[nodiscard]] Occupancy occupancy() const { return {holders(), waiters()}; }

  private:
    struct Waiter {
        Party party;
        CallId within;  // the innermost holder it descends from; none for a stranger
    };

    [[gnu::always_inline]] void push(const CallFrame& call, const Party& outer) noexcept {
        call.outer.call = outer.call;
        call.outer.frame = outer.frame;
        innermost_ = {call.id, &call};
    }

    // A holder whose frame is gone is a bug of the caller's: nothing is known of those outside.
    static Party outside(const Party& holder) noexcept {
        return holder.frame->id == holder.call ? holder.frame->outer : Party{};
    }

    Decision request_held(const CallFrame& call, Request how);
    CallId release_slowly(CallId call) noexcept;
    // Waiters within `from` descend from `to` as well, the next holder outside of it.
    void rewait_within(CallId from, CallId to) noexcept;
    CallId grant_next() noexcept;
    void take(std::size_t index) noexcept;

    // invariant: every holder descends from all those outside of it
    Party innermost_;              // none: free, and then nobody waits; its frame leads outwards
    std::vector<Waiter> waiters_;  // first come first, from first_ on
    std::size_t first_ = 0;
    std::size_t waiting_ = 0;
    std::size_t descendants_waiting_ = 0;  // so that a release need not look for them in vain
    Reentry reentry_;
};

}  // namespace interlock
