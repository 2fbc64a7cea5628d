// Jobs on threads of the system: a task is a thread, and any number of them may share a registry.
#pragma once

#include "core/gate/runtime.hpp"
#include "core/gate/spin_lock.hpp"
#include "core/gate/thread_parker.hpp"

#include <atomic>
#include <thread>

namespace interlock {

struct ThreadRuntime {
    using Primitives = SystemPrimitives;
    using Guard = SpinLock;
    static constexpr bool is_parallel = true;
    // Some ten microseconds, and at most twice that: about what it takes to park and to be woken.
    static constexpr int looks = 500;
    using Count = std::atomic<std::uint32_t>;
    using Thread = std::thread;

    // Ids are unique over all registries: each thread takes them by the block, so that counting
    // costs no atomic operation.
    struct Counter {
        std::uint64_t operator++() noexcept {
            if (next_id == last_id) [[unlikely]] {
                take_block();
            }
            return ++next_id;
        }
    };

    using Parker = ThreadParker<Primitives>;

    [[gnu::always_inline]] static const CallFrame*& current() noexcept { return frame; }

  private:
    static void take_block() noexcept;

    static inline thread_local constinit const CallFrame* frame = nullptr;
    static inline thread_local constinit std::uint64_t next_id = 0;
    static inline thread_local constinit std::uint64_t last_id = 0;  // of the thread's block
};

static_assert(Runtime<ThreadRuntime>);

}  // namespace interlock
