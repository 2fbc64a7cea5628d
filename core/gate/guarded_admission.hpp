// An admission that tasks share: what protects it, and the way past that for calls that meet
// nobody.
#pragma once

#include "core/gate/latch.hpp"
#include "core/gate/runtime.hpp"
#include "core/policy/admission.hpp"

namespace interlock {

// Between threads. A lockable; whoever has locked it sees the whole admission through `->`.
template <Runtime R, bool is_parallel = R::is_parallel>
class GuardedAdmission {
  public:
    explicit GuardedAdmission(Admission::Reentry reentry) noexcept : admission_(reentry) {}

    // Takes the lock if it is free, or gives it back if nobody wants it, as far as that is known
    // without the guard; else nothing has happened.
    bool enter_at_once(const CallFrame& call) noexcept { return latch_.take(call); }
    // As enter_at_once(), and looks for a moment whether the lock comes free before anybody waits.
    [[gnu::noinline]] bool enter_soon(const CallFrame& call) noexcept {
        return latch_.take_soon(call, R::looks);
    }
    bool leave_at_once(const CallFrame& call) noexcept { return latch_.give_back(call); }
    [[nodiscard]] bool seems_free() const noexcept { return latch_.is_free(); }

    void lock() noexcept {
        guard_.lock();
        Primitives::touch(&admission_);
        if (const CallFrame* const holder = latch_.close()) {
            Primitives::touch(holder);
            admission_.enter_at_once(*holder);
        }
    }

    // The state goes back to the latch, if that has room for it.
    void unlock() noexcept {
        const Party holder = admission_.innermost();
        const bool is_nested = holder.call && holder.frame->outer.call;
        if (admission_.waiting() == 0 && !is_nested) {
            if (holder.call) {
                Primitives::touch(holder.frame);
                admission_.leave_at_once(*holder.frame);
            }
            latch_.open(holder.frame);
        }
        Primitives::touch(&admission_);
        guard_.unlock();
    }

    Admission* operator->() noexcept { return &admission_; }

  private:
    using Primitives = typename R::Primitives;

    Latch<Primitives> latch_;
    typename R::Guard guard_{};
    Admission admission_;  // guarded by guard_
};

// Where one thread runs all tasks: nothing needs a guard.
template <Runtime R>
class GuardedAdmission<R, false> {
  public:
    explicit GuardedAdmission(Admission::Reentry reentry) noexcept : admission_(reentry) {}

    [[gnu::always_inline]] bool enter_at_once(const CallFrame& call) noexcept {
        return admission_.enter_at_once(call);
    }
    bool enter_soon(const CallFrame& /*call*/) noexcept { return false; }
    [[gnu::always_inline]] bool leave_at_once(const CallFrame& call) noexcept {
        return admission_.leave_at_once(call);
    }
    [[nodiscard]] bool seems_free() const noexcept { return !admission_.is_held(); }

    void lock() noexcept {}
    void unlock() noexcept {}

    Admission* operator->() noexcept { return &admission_; }

  private:
    Admission admission_;
};

}  // namespace interlock
