#include "core/gate/thread_runtime.hpp"

#include "core/gate/clock.hpp"

namespace interlock {

void ThreadRuntime::take_block() noexcept {
    constexpr std::uint64_t block = 4096;
    static constinit std::atomic<std::uint64_t> taken{0};
    next_id = taken.fetch_add(block, std::memory_order_relaxed);
    last_id = next_id + block;
}

bool ThreadRuntime::Parker::spin() noexcept {
    constexpr int spins = 200;
    for (int i = 0; i < spins; ++i) {
        if (state_.load(std::memory_order_acquire) == unparked) {
            return true;
        }
        pause_briefly();
    }
    return false;
}

void ThreadRuntime::Parker::park() noexcept {
    int state = waiting;
    if (!state_.compare_exchange_strong(state, parked, std::memory_order_acquire)) {
        return;
    }
    while (state_.load(std::memory_order_acquire) == parked) {
        state_.wait(parked, std::memory_order_acquire);
    }
}

void ThreadRuntime::Parker::park_for(Duration at_most) {
    std::unique_lock lock(mutex_);
    int state = waiting;
    if (!state_.compare_exchange_strong(state, parked_for_a_time, std::memory_order_acquire)) {
        return;
    }
    timed_.wait_until(lock, system_time_after(at_most), [&] {
        return state_.load(std::memory_order_acquire) == unparked;
    });
}

void ThreadRuntime::Parker::unpark() noexcept {
    // Memory ordering: what the waker wrote before is visible to the task that it wakes. One that
    // spins may be gone after this; one that was parked is not (runtime.hpp).
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

}  // namespace interlock
