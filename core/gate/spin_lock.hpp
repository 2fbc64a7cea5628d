// A lock for sections of a few instructions, between threads.
#pragma once

#include <atomic>

namespace interlock {

// Uncontended, it takes one atomic exchange and one store, and never calls the kernel. Who finds it
// taken spins, and after a while gives up its time slice, in case the holder has lost its own.
class SpinLock {
  public:
    SpinLock() = default;
    SpinLock(const SpinLock&) = delete;
    SpinLock& operator=(const SpinLock&) = delete;

    void lock() noexcept {
        if (is_locked_.exchange(true, std::memory_order_acquire)) [[unlikely]] {
            lock_slowly();
        }
    }

    // Memory ordering: what was written under the lock is visible to whoever takes it next.
    void unlock() noexcept { is_locked_.store(false, std::memory_order_release); }

  private:
    void lock_slowly() noexcept;

    std::atomic<bool> is_locked_{false};
};

// Tells the processor that this thread only waits.
void pause_briefly() noexcept;

}  // namespace interlock
