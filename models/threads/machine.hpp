// Runs a few threads, one at a time, over a memory of which every access is a choice: who goes
// next, and what a load returns.
#pragma once

#include "core/assert.hpp"
#include "models/threads/memory.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace interlock::models {

// What a thread is about to do.
struct Access {
    enum class Kind : std::uint8_t { none, load, store, update };

    Kind kind = Kind::none;
    std::memory_order order = std::memory_order_relaxed;
    Memory::Location at = Memory::none;
};

// Whether it makes no difference which of two threads goes first.
bool are_independent(const Access& a, const Access& b) noexcept;

using ThreadSet = std::uint32_t;

// Who makes the choices.
class Decider {
  public:
    Decider() = default;
    Decider(const Decider&) = delete;
    Decider& operator=(const Decider&) = delete;
    virtual ~Decider() = default;

    // Which of `ready`, that is not empty, goes next; each would begin with its `next` access.
    virtual std::size_t thread(
        ThreadSet ready, std::size_t last, const std::array<Access, threads_max>& next
    ) = 0;

    // Which of `count` alternatives, from 0 on; 0 is what one memory would do.
    virtual std::size_t alternative(std::size_t count) = 0;
};

// What threads do, and what they share. Made and looked at by thread 0, which is alone then.
class ThreadWorld {
  public:
    ThreadWorld() = default;
    ThreadWorld(const ThreadWorld&) = delete;
    ThreadWorld& operator=(const ThreadWorld&) = delete;
    virtual ~ThreadWorld() = default;

    // At most threads_max - 1.
    [[nodiscard]] virtual std::size_t threads() const noexcept = 0;
    // From 1 on. Must not throw.
    virtual void run(std::size_t thread) = 0;
    // When all have ended.
    virtual void end() {}
};

class Machine {
  public:
    // What was done, for people to read.
    struct Step {
        std::size_t thread = 0;
        const char* what = "";
        Memory::Location at = Memory::none;
        std::uint64_t read = 0;
        std::uint64_t wrote = 0;
        bool is_old = false;  // what it read is not what one memory would have had
    };

    explicit Machine(Model model);
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;
    // Leaves the stacks of threads that wait for ever as they are.
    ~Machine();

    // One execution of the world that `make` makes. What is wrong with it; empty: nothing.
    template <class Make>
    std::string run(const Make& make, Decider& decider) {
        begin(decider);
        {
            const std::unique_ptr<ThreadWorld> world = make();
            run_threads(*world);
            if (!is_stuck()) {
                world->end();
            }
        }
        return finish();
    }

    // Threads wait for ever: nothing can run here any more.
    [[nodiscard]] bool is_stuck() const noexcept { return unfinished_ != 0; }
    [[nodiscard]] const std::vector<Step>& steps() const noexcept { return steps_; }

    // The rest is for what threads run.

    // The one that runs the calling code.
    static Machine& current() noexcept;

    [[nodiscard]] std::size_t self() const noexcept { return self_; }
    [[nodiscard]] std::size_t choose(std::size_t count) {
        return count > 1 ? decider_->alternative(count) : 0;
    }

    void create(const void* at, std::uint64_t value);
    void destroy(const void* at);
    std::uint64_t load(const void* at, std::memory_order order);
    void store(const void* at, std::uint64_t value, std::memory_order order);
    std::uint64_t exchange(const void* at, std::uint64_t value, std::memory_order order);
    // True: it was `expected`, which else becomes what it was.
    bool compare_exchange(
        const void* at,
        std::uint64_t& expected,
        std::uint64_t value,
        std::memory_order success,
        std::memory_order failure
    );
    // Until it is not `old` any more; asleep, it must be notified.
    void wait(const void* at, std::uint64_t old, std::memory_order order);
    void notify(const void* at);
    // A lock that is what it should be: a thread that wants it is ready only while it is free.
    // There must be something at `at`, 0 at first.
    void lock(const void* at);
    void unlock(const void* at);
    // The thread looks again, at what it loaded last, and can do nothing until that changes.
    void yield();
    // Something that is not atomic.
    void touch(const void* what);
    // Something is wrong; the first such counts.
    void fail(std::string problem);

  private:
    struct Worker;
    // To update a store, or to fail at it.
    struct Way {
        bool is_update = false;
        std::size_t alternative = 0;
    };

    void begin(Decider& decider);
    void run_threads(ThreadWorld& world);
    std::string finish();

    void announce(Access access);
    void give_turn();
    void block(Memory::Location at, bool is_asleep);
    void wake_lookers(Memory::Location at);
    [[nodiscard]] ThreadSet wanting(Memory::Location at) const noexcept;
    [[nodiscard]] Memory::Location find(const void* at);
    void note(
        const char* what, Memory::Location at, std::uint64_t read, std::uint64_t wrote, bool is_old
    );

    Memory memory_;
    Decider* decider_ = nullptr;
    AssertionHandler handler_ = nullptr;  // what was there before
    ThreadWorld* world_ = nullptr;
    std::vector<std::unique_ptr<Worker>> workers_;  // from thread 1 on
    std::array<Access, threads_max> next_{};
    std::array<Memory::Location, threads_max> looks_at_{};  // where it loaded last
    std::array<Memory::Location, threads_max> waits_at_{};  // until it is written, or notified
    ThreadSet ready_ = 0;
    ThreadSet asleep_ = 0;   // until notified
    ThreadSet wanting_ = 0;  // a lock
    ThreadSet unfinished_ = 0;
    std::size_t self_ = 0;
    std::size_t chosen_ = 0;
    std::vector<Way> ways_;  // of the compare_exchange() in progress
    std::vector<Step> steps_;
    std::string problem_;
};

// A line for each step.
std::string text_of(const std::vector<Machine::Step>& steps);

}  // namespace interlock::models
