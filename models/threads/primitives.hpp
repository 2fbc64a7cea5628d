// The model's own primitives: what the core's parts between threads are compiled against here.
#pragma once

#include "core/gate/runtime.hpp"
#include "core/gate/spin_lock.hpp"
#include "core/gate/thread_parker.hpp"
#include "models/threads/machine.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <mutex>

namespace interlock::models {

template <class T>
class ModelAtomic {
  public:
    // NOLINTNEXTLINE(google-explicit-constructor): as std::atomic.
    ModelAtomic(T value) { Machine::current().create(this, bits(value)); }
    ModelAtomic() : ModelAtomic(T()) {}
    ModelAtomic(const ModelAtomic&) = delete;
    ModelAtomic& operator=(const ModelAtomic&) = delete;
    ~ModelAtomic() { Machine::current().destroy(this); }

    [[nodiscard]] T load(std::memory_order order = std::memory_order_seq_cst) const {
        return value(Machine::current().load(this, order));
    }
    void store(T wanted, std::memory_order order = std::memory_order_seq_cst) {
        Machine::current().store(this, bits(wanted), order);
    }
    T exchange(T wanted, std::memory_order order = std::memory_order_seq_cst) {
        return value(Machine::current().exchange(this, bits(wanted), order));
    }
    bool compare_exchange_strong(
        T& expected, T wanted, std::memory_order success, std::memory_order failure
    ) {
        std::uint64_t old = bits(expected);
        const bool is_done =
            Machine::current().compare_exchange(this, old, bits(wanted), success, failure);
        expected = value(old);
        return is_done;
    }
    bool compare_exchange_strong(T& expected, T wanted, std::memory_order order) {
        const auto failure = order == std::memory_order_acq_rel   ? std::memory_order_acquire
                             : order == std::memory_order_release ? std::memory_order_relaxed
                                                                  : order;
        return compare_exchange_strong(expected, wanted, order, failure);
    }
    void wait(T old, std::memory_order order = std::memory_order_seq_cst) const {
        Machine::current().wait(this, bits(old), order);
    }
    void notify_one() { Machine::current().notify(this); }

  private:
    static std::uint64_t bits(T value) noexcept {
        std::uint64_t all = 0;
        // NOLINTNEXTLINE(bugprone-sizeof-expression): of a pointer itself, if it is one.
        std::memcpy(&all, &value, sizeof(T));
        return all;
    }
    static T value(std::uint64_t bits) noexcept {
        T value;
        // NOLINTNEXTLINE(bugprone-sizeof-expression)
        std::memcpy(&value, &bits, sizeof(T));
        return value;
    }
};

class ModelCondition;

struct ModelPrimitives {
    template <class T>
    using Atomic = ModelAtomic<T>;
    using Mutex = BasicSpinLock<ModelPrimitives>;
    using Condition = ModelCondition;

    // One look stands for many: between two, anything may have happened.
    static constexpr int looks_before_yield = 1;
    static constexpr int looks_before_park = 1;
    static constexpr int pauses_apart = 1;

    static void pause() noexcept {}
    static void yield() { Machine::current().yield(); }
    static bool is_alone() noexcept { return false; }
    static void touch(const void* what) { Machine::current().touch(what); }
};

// Time is over whenever it may be.
class ModelCondition {
  public:
    template <class Predicate>
    bool wait_until(
        std::unique_lock<ModelPrimitives::Mutex>& lock,
        std::chrono::steady_clock::time_point /*time*/,
        Predicate is_over
    ) {
        while (!is_over()) {
            if (Machine::current().choose(2) == 1) {
                return is_over();
            }
            const int seen = notified_.load(std::memory_order_relaxed);
            lock.unlock();
            notified_.wait(seen, std::memory_order_relaxed);
            lock.lock();
        }
        return true;
    }

    // Called with the mutex locked.
    void notify_one() {
        notified_.store(notified_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        notified_.notify_one();
    }

  private:
    ModelAtomic<int> notified_{0};
};

// A guard of one step each way. What it is made of is explored apart.
class ModelGuard {
  public:
    ModelGuard() { Machine::current().create(this, 0); }
    ModelGuard(const ModelGuard&) = delete;
    ModelGuard& operator=(const ModelGuard&) = delete;
    ~ModelGuard() { Machine::current().destroy(this); }

    void lock() { Machine::current().lock(this); }
    void unlock() { Machine::current().unlock(this); }
};

// As ThreadRuntime, on the machine's threads.
template <class GuardOf>
struct ModelThreads {
    using Primitives = ModelPrimitives;
    using Guard = GuardOf;
    static constexpr bool is_parallel = true;
    static constexpr int looks = 1;
    using Count = std::atomic<std::uint32_t>;
    using Counter = std::uint64_t;
    using Parker = ThreadParker<ModelPrimitives>;

    static const CallFrame*& current() noexcept {
        static thread_local std::array<const CallFrame*, threads_max> frames{};
        return frames[Machine::current().self()];
    }
};

static_assert(Runtime<ModelThreads<ModelGuard>>);

}  // namespace interlock::models
