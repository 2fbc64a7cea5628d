// Makes an admission wait, and makes it safe to share: the only floor of the core that waits.
#pragma once

#include "core/assert.hpp"
#include "core/gate/clock.hpp"
#include "core/gate/guarded_admission.hpp"
#include "core/gate/runtime.hpp"
#include "core/gate/wait_graph.hpp"

#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace interlock {

enum class Entry : std::uint8_t {
    admitted,        // the call holds the lock until leave()
    busy,            // refused at once: held
    full,            // refused at once: the queue is at its bound
    cancelled,       // a stop was requested while it waited
    timed_out,       // it waited too long
    too_late,        // its time was over before it could wait, or would be before its turn
    replaced,        // a newer call of the same job took its place in the queue
    closed,          // the gate is closed to those who would wait
    would_deadlock,  // its wait would have closed a cycle of waits, so it never began
};

template <Runtime R>
class Gate {
  public:
    explicit Gate(Admission::Reentry reentry) noexcept : admission_(reentry) {}

    struct Holder {
        CallId call{};
        const JobLabel* job = nullptr;
    };

    // What came of a call that wanted in.
    struct Entered {
        Entry entry = Entry::admitted;
        bool has_waited = false;
        CallId granted{};   // who holds the lock now because this call did not take it
        CallId replaced{};  // the waiter whose place this call took
        Holder holder{};    // who is in the way; unless admitted
        std::unique_ptr<const std::vector<CycleStep>> cycle{};  // of would_deadlock
    };

    // How a call waits, and what ends its wait besides the lock.
    struct Terms {
        Admission::Request how{};
        bool replaces = false;  // a waiting call of the same job gives its place to this one
        const std::stop_token* stop = nullptr;
        const Clock* clock = nullptr;  // of the deadline
        TimePoint deadline = TimePoint::max();
        WaitGraph<R>* graph = nullptr;  // where cycles are looked for; none: a cycle hangs
    };

    // Enters, or waits in line until the lock is this call's, or is refused. `terms` says how,
    // where that matters; `on_queued` is called once before a wait. A stop request ends the wait,
    // and also a grant that the waiter has not yet resumed from: the lock then goes to the next in
    // line. A grant that meets anything else that ends a wait stands. `call` stays where it is
    // until the matching leave().
    template <class MakeTerms, class OnQueued>
    [[gnu::always_inline]] Entered enter(
        const CallFrame& call, MakeTerms&& terms, OnQueued&& on_queued
    ) {
        if (enter_at_once(call)) [[likely]] {
            return {};
        }
        return enter_held(call, terms(), on_queued);
    }

    // Enters if the call need not wait; else nothing has happened.
    [[gnu::always_inline]] bool enter_at_once(const CallFrame& call) {
        return admission_.enter_at_once(call);
    }

    // The same of a call that may wait, where a wait is dear: looks for a moment whether the lock
    // comes free. Nobody is overtaken: it does not while there is a line, and a call that looks is
    // not in it.
    bool enter_soon(const CallFrame& call) { return admission_.enter_soon(call); }

    // Gives the lock back, whatever state the holder is in; returns the waiter that has it now and
    // will resume, if any. Never waits.
    [[gnu::always_inline]] CallId leave(const CallFrame& call) noexcept {
        return admission_.leave_at_once(call) ? CallId{} : leave_held(call.id);
    }

    // Whether the lock is free, as far as a look can tell: it may be taken meanwhile.
    [[nodiscard]] [[gnu::always_inline]] bool seems_free() const noexcept {
        return admission_.seems_free();
    }

    // Who holds the lock; none: it is free.
    [[gnu::always_inline]] Holder held_by() const noexcept {
        if (admission_.seems_free()) {
            return {};
        }
        std::lock_guard const guard(admission_);
        return holder();
    }

    // Ends every wait, and lets nobody wait until open(); whoever holds goes on.
    void close() {
        std::lock_guard const guard(admission_);
        is_closed_ = true;
        end_waits(0, Entry::closed);
    }

    void open() noexcept {
        std::lock_guard const guard(admission_);
        is_closed_ = false;
    }

    // As close(), and takes the lock for `seal`, so that nobody can; false if somebody holds it or
    // waits for it: then nothing has happened.
    bool close_if_free(const CallFrame& seal) {
        std::lock_guard const guard(admission_);
        is_closed_ = is_closed_ || !admission_->is_held();
        return !admission_->is_held() && admission_->enter_at_once(seal);
    }

    // The newest waiters beyond `waiting_max` leave as if they had found the queue full.
    void shorten(std::size_t waiting_max) {
        std::lock_guard const guard(admission_);
        end_waits(waiting_max, Entry::full);
    }

    // A copy of who holds and who waits.
    [[nodiscard]] Occupancy snapshot() const {
        std::lock_guard const guard(admission_);
        return admission_->occupancy();
    }

  private:
    // On the stack of the task that waits; linked until somebody wakes it.
    // NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): nothing derives from it.
    struct Waiting final : Wait, Alarm {
        Waiting(Gate& on, const CallFrame& call) noexcept : Wait(&call, Kind::lock), gate(on) {}

        void for_each_blocker(const Look& look) const override {
            std::lock_guard const guard(gate.admission_);
            gate.for_each_blocker(*this, look);
        }

        void ring() noexcept override { gate.give_up(*this, Entry::timed_out); }

        Gate& gate;
        Waiting* next = nullptr;
        bool is_woken = false;        // guarded by gate.admission_
        Entry end = Entry::admitted;  // set by whoever wakes it, before the unpark
        typename R::Parker parker{};
    };

    template <class OnQueued>
    [[gnu::noinline]] Entered enter_held(
        const CallFrame& call, const Terms& terms, const OnQueued& on_queued
    ) {
        std::unique_lock guard(admission_);
        if (is_closed_ && terms.how.may_wait) {
            return {.entry = Entry::closed, .holder = holder()};
        }
        Admission::Request how = terms.how;
        CallId replaced;
        if (terms.replaces) {
            if (const CallId old = admission_->first_waiting(call.job)) {
                admission_->withdraw(old);
                how.waiting_max = std::numeric_limits<std::size_t>::max();  // it takes a place
                if (wake(old, Entry::replaced)) {
                    replaced = old;
                }
            }
        }
        Entered entered{.replaced = replaced, .holder = holder()};
        switch (admission_->request(call, how)) {
            case Admission::Decision::admitted:
                entered.entry = Entry::admitted;
                return entered;
            case Admission::Decision::busy:
                entered.entry = Entry::busy;
                return entered;
            case Admission::Decision::full:
                entered.entry = Entry::full;
                return entered;
            case Admission::Decision::too_late:
                entered.entry = Entry::too_late;
                return entered;
            case Admission::Decision::queued:
                break;
        }
        Waiting waiting(*this, call);
        link(waiting);
        guard.unlock();
        on_queued(entered);
        wait(waiting, terms, entered);
        return entered;
    }

    [[gnu::noinline]] CallId leave_held(CallId call) noexcept {
        std::lock_guard const guard(admission_);
        return hand_on(call);
    }

    void wait(Waiting& waiting, const Terms& terms, Entered& entered) {
        entered.has_waited = true;
        if (terms.deadline != TimePoint::max() && terms.deadline <= terms.clock->now()) {
            give_up(waiting, Entry::too_late);
        }
        {
            const auto cancel = [&] { give_up(waiting, Entry::cancelled); };
            std::optional<std::stop_callback<decltype(cancel)>> on_stop;
            if (terms.stop != nullptr) {
                on_stop.emplace(*terms.stop, cancel);
            }
            if (!waiting.parker.spin()) {
                block(waiting, terms, entered);
            }
        }
        entered.entry = waiting.end;
        const CallId call = waiting.waiting->id;
        if (waiting.end == Entry::admitted) {
            if (terms.stop != nullptr && terms.stop->stop_requested()) {
                entered.entry = Entry::cancelled;
                entered.granted = leave(*waiting.waiting);
            }
        } else {
            settle(call, entered);
        }
    }

    // The end of a wait without the lock: the call leaves the queue if it is still there. If the
    // lock has been handed to it meanwhile, it takes it, or hands it on if it is to stop.
    void settle(CallId call, Entered& entered) {
        std::lock_guard const guard(admission_);
        if (!admission_->holds(call)) {
            admission_->withdraw(call);
        } else if (entered.entry == Entry::cancelled) {
            entered.granted = hand_on(call);
        } else {
            entered.entry = Entry::admitted;
        }
    }

    // Parks until somebody wakes it, unless that would be for ever.
    void block(Waiting& waiting, const Terms& terms, Entered& entered) {
        // A call within no other holds nothing while it waits: nobody waits for it.
        WaitGraph<R>* const graph = waiting.waiting->parent != nullptr ? terms.graph : nullptr;
        if (graph != nullptr) {
            auto cycle = graph->add(waiting);
            if (!cycle.empty()) {
                entered.cycle = std::make_unique<const std::vector<CycleStep>>(std::move(cycle));
                give_up(waiting, Entry::would_deadlock);
                return;
            }
        }
        if (terms.deadline == TimePoint::max()) {
            waiting.parker.park();
        } else if (terms.clock->set(waiting, terms.deadline)) {
            waiting.parker.park();
            terms.clock->clear(waiting);
        } else {
            waiting.parker.park_for(terms.deadline - terms.clock->now());
            give_up(waiting, Entry::timed_out);
        }
        if (graph != nullptr) {
            graph->remove(waiting);
        }
        std::lock_guard const barrier(admission_);  // whoever woke it is done with it
    }

    // Unless somebody has woken it before.
    void give_up(Waiting& waiting, Entry end) noexcept {
        std::lock_guard const guard(admission_);
        if (!waiting.is_woken) {
            wake(waiting, end);
        }
    }

    void wake(Waiting& waiting, Entry end) noexcept {
        unlink(waiting);
        waiting.is_woken = true;
        waiting.end = end;
        waiting.parker.unpark();
    }

    CallId hand_on(CallId call) noexcept {
        const CallId next = admission_->release(call);
        if (next) [[unlikely]] {
            wake(next, Entry::admitted);
            if (first_ != nullptr) {
                first_->parker.expect();
            }
        }
        return next;
    }

    // Waiters link up in the order in which they queue, so that the search for the next in line is
    // short: only strangers ahead of a descendant are passed over. One that is not here has given
    // up and will find out by itself.
    bool wake(CallId call, Entry end) noexcept {
        for (Waiting* waiting = first_; waiting != nullptr; waiting = waiting->next) {
            if (waiting->waiting->id == call) {
                wake(*waiting, end);
                return true;
            }
        }
        return false;
    }

    void end_waits(std::size_t from, Entry end) {
        const auto waiters = admission_->waiters();
        for (std::size_t i = from; i < waiters.size(); ++i) {
            admission_->withdraw(waiters[i]);
            wake(waiters[i], end);
        }
    }

    // A stranger waits for all holders, a descendant for those inside of the one it descends from;
    // who has been woken waits for nobody.
    template <class Function>
    void for_each_blocker(const Waiting& waiting, const Function& look) const {
        if (waiting.is_woken) {
            return;
        }
        const CallFrame& call = *waiting.waiting;
        admission_->for_each_holder([&](const Party& holder) {
            const bool is_shared = admission_->reentry() == Admission::Reentry::descendants &&
                                   call.parent != nullptr &&
                                   call.parent->descends_from(holder.call);
            if (is_shared) {
                return;
            }
            // A holder that is gone would have a lock that nobody can give back, and none at all
            // would have handed it on: then there is nobody to look at.
            const bool is_there = holder.call && holder.frame->id == holder.call;
            INTERLOCK_ASSERT(is_there);
            if (is_there) {
                look(*holder.frame);
            }
        });
    }

    [[gnu::always_inline]] Holder holder() const noexcept {
        const Party& innermost = admission_->innermost();
        const bool is_there = innermost.call && innermost.frame->id == innermost.call;
        return {innermost.call, is_there ? innermost.frame->job : nullptr};
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

    mutable GuardedAdmission<R> admission_;  // guards the others
    Waiting* first_ = nullptr;
    Waiting** last_ = &first_;
    bool is_closed_ = false;
};

}  // namespace interlock
