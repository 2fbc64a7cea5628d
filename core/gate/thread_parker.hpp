// Where one thread waits, once (runtime.hpp says how it is used).
#pragma once

#include "core/gate/clock.hpp"
#include "core/gate/primitives.hpp"

#include <atomic>
#include <mutex>

namespace interlock {

template <class Primitives>
class ThreadParker {
  public:
    // Longer than a short body takes.
    [[nodiscard]] bool spin() noexcept {
        for (int i = 0; i < Primitives::looks_before_park; ++i) {
            if (state_.load(std::memory_order_acquire) == unparked) {
                return true;
            }
            Primitives::pause();
        }
        return false;
    }

    void park() noexcept {
        int state = waiting;
        if (!state_.compare_exchange_strong(state, parked, std::memory_order_acquire)) {
            return;
        }
        while (state_.load(std::memory_order_acquire) == parked) {
            state_.wait(parked, std::memory_order_acquire);
        }
    }

    void park_for(Duration at_most) {
        std::unique_lock lock(mutex_);
        int state = waiting;
        if (!state_.compare_exchange_strong(state, parked_for_a_time, std::memory_order_acquire)) {
            return;
        }
        timed_.wait_until(lock, system_time_after(at_most), [&] {
            return state_.load(std::memory_order_acquire) == unparked;
        });
    }

    void unpark() noexcept {
        // Memory ordering: what the waker wrote before is visible to the task that it wakes. One
        // that spins may be gone after this; one that was parked is not (runtime.hpp).
        switch (state_.exchange(unparked, std::memory_order_release)) {
            case parked:
                state_.notify_one();
                break;
            case parked_for_a_time: {
                std::lock_guard const lock(mutex_);  // it looks or it sleeps, and is not in between
                timed_.notify_one();
                break;
            }
            default:
                break;
        }
    }

    static void expect() noexcept {}

  private:
    enum State : int { waiting, unparked, parked, parked_for_a_time };

    typename Primitives::template Atomic<int> state_{waiting};
    typename Primitives::Mutex mutex_;      // of park_for() alone
    typename Primitives::Condition timed_;  // of park_for() alone
};

}  // namespace interlock
