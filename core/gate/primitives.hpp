// What threads share their state by. The core's parts between threads take it as a parameter, so
// that a checker can put its own in its place, where every access is a choice.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace interlock {

// The system's own.
struct SystemPrimitives {
    template <class T>
    using Atomic = std::atomic<T>;
    using Mutex = std::mutex;
    using Condition = std::condition_variable;

    // How often a thread looks again, before it gives up its time slice, and before it parks: to
    // park and to be woken costs a hundred times as much as the hand-over itself.
    static constexpr int looks_before_yield = 64;
    static constexpr int looks_before_park = 200;

    // How many pauses its first two looks whether a latch comes free are apart.
    static constexpr int pauses_apart = 16;

    // Tells the processor that this thread only waits.
    static void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        asm volatile("yield");
#endif
    }

    // The same, of a thread that can do nothing until what it has just looked at changes.
    static void yield() noexcept {
        std::this_thread::yield();
    }

    // Whether the program has never had another thread: then nothing needs to be atomic, which the
    // mutexes of the system know as well.
    static bool is_alone() noexcept {
#if __has_include(<sys/single_threaded.h>)
        return __libc_single_threaded != 0;
#else
        return false;
#endif
    }

    // Said of what is not atomic where it is read or written: a checker makes sure that it is one
    // thread's at a time.
    static void touch(const void* /*what*/) noexcept {}
};

}  // namespace interlock
