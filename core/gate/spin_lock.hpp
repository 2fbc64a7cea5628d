// A lock for sections of a few instructions, between threads.
#pragma once

#include "core/gate/primitives.hpp"

#include <atomic>

namespace interlock {

// Uncontended, it takes one atomic exchange and one store, and never calls the kernel. Who finds it
// taken spins, and after a while gives up its time slice, in case the holder has lost its own.
template <class Primitives>
class BasicSpinLock {
  public:
    BasicSpinLock() = default;
    BasicSpinLock(const BasicSpinLock&) = delete;
    BasicSpinLock& operator=(const BasicSpinLock&) = delete;

    void lock() noexcept {
        if (is_locked_.exchange(true, std::memory_order_acquire)) [[unlikely]] {
            lock_slowly();
        }
    }

    // Memory ordering: what was written under the lock is visible to whoever takes it next.
    void unlock() noexcept { is_locked_.store(false, std::memory_order_release); }

  private:
    [[gnu::noinline]] void lock_slowly() noexcept {
        int looks = 0;
        do {
            // Only look, until it seems free: exchanging would take the cache line from the holder.
            while (is_locked_.load(std::memory_order_relaxed)) {
                if (++looks < Primitives::looks_before_yield) {
                    Primitives::pause();
                } else {
                    Primitives::yield();
                    looks = 0;
                }
            }
        } while (is_locked_.exchange(true, std::memory_order_acquire));
    }

    typename Primitives::template Atomic<bool> is_locked_{false};
};

using SpinLock = BasicSpinLock<SystemPrimitives>;

}  // namespace interlock
