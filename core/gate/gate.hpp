// Makes an admission wait, and makes it safe to share: the only floor of the core that waits.
#pragma once

#include "core/gate/runtime.hpp"
#include "core/policy/admission.hpp"

#include <mutex>
#include <stop_token>

namespace interlock {

enum class Entry : std::uint8_t {
    admitted,   // the call holds the lock until leave()
    busy,       // refused at once: held
    full,       // refused at once: the queue is at its bound
    cancelled,  // stopped while waiting; the call holds nothing and its place is gone
};

template <Runtime R>
class Gate {
  public:
    explicit Gate(Admission::Reentry reentry) noexcept : admission_(reentry) {}

    // Enters, waiting in line where `how` allows. `on_queued` is called once before waiting. A stop
    // request ends a wait, and also a grant that the waiter has not yet resumed from: the lock then
    // goes to the next in line. `on_cancelled` hears to whom, as leave() would have said. `call`
    // stays where it is until the matching leave().
    template <class OnQueued, class OnCancelled>
    Entry enter(
        const CallFrame& call,
        Admission::Request how,
        const std::stop_token& stop,
        OnQueued&& on_queued,
        OnCancelled&& on_cancelled
    ) {
        std::unique_lock guard(guard_);
        switch (admission_.request(call, how)) {
            case Admission::Decision::admitted:
                return Entry::admitted;
            case Admission::Decision::busy:
                return Entry::busy;
            case Admission::Decision::full:
                return Entry::full;
            case Admission::Decision::queued:
                break;
        }
        on_queued();
        return wait(guard, call.id, stop, on_cancelled);
    }

    // Gives the lock back, whatever state the holder is in; returns the waiter that has it now and
    // will resume, if any. Never waits.
    CallId leave(CallId call) noexcept {
        std::lock_guard const guard(guard_);
        return hand_on(admission_.release(call));
    }

    // A copy of who holds and who waits.
    [[nodiscard]] Admission snapshot() const {
        std::lock_guard const guard(guard_);
        return admission_;
    }

  private:
    // On the stack of the task that waits; linked until it resumes.
    struct Waiting {
        CallId call;
        Waiting* next = nullptr;
        bool granted = false;
        typename R::Parker parker{};
    };

    template <class OnCancelled>
    Entry wait(
        std::unique_lock<typename R::Guard>& guard,
        CallId call,
        const std::stop_token& stop,
        OnCancelled&& on_cancelled
    ) {
        Waiting waiting{call};
        link(waiting);
        {
            guard.unlock();  // a stop requested before calls back from within this constructor
            std::stop_callback const wake(stop, [&] {
                std::lock_guard const stopping(guard_);
                waiting.parker.unpark();
            });
            guard.lock();
            // Woken by hand_on() with the lock, or by the stop callback without.
            waiting.parker.park(guard);
            guard.unlock();
        }
        guard.lock();
        unlink(waiting);
        if (!stop.stop_requested()) {
            return Entry::admitted;
        }
        CallId next;
        if (waiting.granted) {
            next = hand_on(admission_.release(call));
        } else {
            admission_.withdraw(call);
        }
        on_cancelled(next);
        return Entry::cancelled;
    }

    CallId hand_on(CallId to) noexcept {
        if (to) {
            // Waiters link up in the order in which they queue, so the search is short: only
            // those that were granted but have not yet resumed, and strangers ahead of a
            // descendant, are passed over.
            for (Waiting* waiting = first_; waiting != nullptr; waiting = waiting->next) {
                if (waiting->call == to) {
                    waiting->granted = true;
                    waiting->parker.unpark();
                    break;
                }
            }
        }
        return to;
    }

    void link(Waiting& waiting) noexcept {
        *last_ = &waiting;
        last_ = &waiting.next;
    }

    void unlink(Waiting& waiting) noexcept {
        Waiting** place = &first_;
        while (*place != &waiting) {
            place = &(*place)->next;
        }
        *place = waiting.next;
        if (last_ == &waiting.next) {
            last_ = place;
        }
    }

    mutable typename R::Guard guard_{};
    Admission admission_;       // guarded by guard_
    Waiting* first_ = nullptr;  // guarded by guard_
    Waiting** last_ = &first_;  // guarded by guard_
};

}  // namespace interlock
