#include "core/gate/thread_runtime.hpp"

namespace interlock {

void ThreadRuntime::take_block() noexcept {
    constexpr std::uint64_t block = 4096;
    static constinit std::atomic<std::uint64_t> taken{0};
    next_id = taken.fetch_add(block, std::memory_order_relaxed);
    last_id = next_id + block;
}

}  // namespace interlock
