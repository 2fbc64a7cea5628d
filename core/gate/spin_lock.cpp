#include "core/gate/spin_lock.hpp"

#include <thread>

namespace interlock {

void pause_briefly() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

void SpinLock::lock_slowly() noexcept {
    constexpr int spins_before_yield = 64;
    int spins = 0;
    do {
        // Only look, until it seems free: exchanging would take the cache line from the holder.
        while (is_locked_.load(std::memory_order_relaxed)) {
            if (++spins < spins_before_yield) {
                pause_briefly();
            } else {
                std::this_thread::yield();
                spins = 0;
            }
        }
    } while (is_locked_.exchange(true, std::memory_order_acquire));
}

}  // namespace interlock
