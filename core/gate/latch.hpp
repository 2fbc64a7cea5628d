// The state of a lock between threads for as long as there is little of it: nobody holds it, or one
// call does and nobody waits.
#pragma once

#include "core/gate/primitives.hpp"
#include "core/policy/call_frame.hpp"

#include <atomic>

namespace interlock {

// To take it and to give it back is one atomic operation each, as with a mutex. Whoever has more to
// do, or finds it taken, closes it first: then what it knew is kept elsewhere, until it is opened.
// close() and open() need the guard of whoever has it.
template <class Primitives>
class Latch {
  public:
    // False: it is taken or closed. Memory ordering: the frame is visible to whoever closes it.
    bool take(const CallFrame& call) noexcept {
        if (Primitives::is_alone()) {
            return replace(nullptr, &call);
        }
        const CallFrame* nobody = nullptr;
        return word_.compare_exchange_strong(
            nobody, &call, std::memory_order_acq_rel, std::memory_order_relaxed
        );
    }

    // As take(), but while it is taken, looks again, until so many pauses are over; the last time
    // between two looks is not cut short. Each look takes the cache line from whoever has it, for
    // whom the next call then costs as much as a hand-over: so every one is twice as far from the
    // last, and as late as the wait was long already. Closed, it may have a line, which nobody
    // overtakes: then there is nothing to look for.
    bool take_soon(const CallFrame& call, int pauses) noexcept {
        for (int apart = Primitives::pauses_apart; pauses > 0 && !is_closed(); apart *= 2) {
            if (is_free() && take(call)) {
                return true;
            }
            for (int i = 0; i < apart; ++i) {
                Primitives::pause();
            }
            pauses -= apart;
        }
        return false;
    }

    // False: `call` has not taken it, or it was closed since. Memory ordering: what was written
    // while it was taken is visible to whoever takes it next, or closes it; and whoever has opened
    // it is done with the frame.
    bool give_back(const CallFrame& call) noexcept {
        if (Primitives::is_alone()) {
            return replace(&call, nullptr);
        }
        const CallFrame* holder = &call;
        return word_.compare_exchange_strong(
            holder, nullptr, std::memory_order_acq_rel, std::memory_order_relaxed
        );
    }

    // Who has taken it, from now on elsewhere; none: nobody, or it was closed before.
    const CallFrame* close() noexcept {
        if (is_closed()) {
            return nullptr;
        }
        return word_.exchange(&closed, std::memory_order_acquire);
    }

    void open(const CallFrame* holder) noexcept { word_.store(holder, std::memory_order_release); }

    // Whether nobody has it now.
    [[nodiscard]] bool is_free() const noexcept {
        return word_.load(std::memory_order_relaxed) == nullptr;
    }

  private:
    [[nodiscard]] bool is_closed() const noexcept {
        return word_.load(std::memory_order_relaxed) == &closed;
    }

    bool replace(const CallFrame* from, const CallFrame* to) noexcept {
        if (word_.load(std::memory_order_relaxed) != from) {
            return false;
        }
        word_.store(to, std::memory_order_relaxed);
        return true;
    }

    static inline const CallFrame closed{};

    typename Primitives::template Atomic<const CallFrame*> word_{nullptr};
};

}  // namespace interlock
