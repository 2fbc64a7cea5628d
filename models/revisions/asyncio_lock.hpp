// The two locks of asyncio that the reference uses, with the order in which they wake. Python 3.13.
#pragma once

#include "models/scheduler/scheduler.hpp"

#include <vector>

namespace interlock::models {

// What a task waits for: its turn, once it has been announced. A task that is cancelled before that
// cancels it at once, though it stays in the queue until the task resumes.
struct Future {
    TaskId task;
    bool is_done = false;

    [[nodiscard]] bool is_cancelled(const Scheduler& scheduler) const noexcept {
        return !is_done && scheduler.is_stopped(task);
    }
    [[nodiscard]] bool is_pending(const Scheduler& scheduler) const noexcept {
        return !is_done && !scheduler.is_stopped(task);
    }
};

// Free between a release and the moment at which the woken waiter resumes: the gap. Who comes then
// queues up, unless all who wait have been cancelled.
class AsyncioLock {
  public:
    explicit AsyncioLock(Scheduler& scheduler) noexcept : scheduler_(scheduler) {}

    // Throws Cancelled; a waiter that was woken then wakes the next.
    void acquire();
    void release();

    void state(std::uint16_t lock, State& state) const;

    [[nodiscard]] bool is_locked() const noexcept { return is_locked_; }
    // Whether acquire() would wait.
    [[nodiscard]] bool is_contended() const noexcept;
    [[nodiscard]] std::size_t waiting() const noexcept { return waiters_.size(); }

  private:
    void wake_first();

    Scheduler& scheduler_;
    std::vector<Future*> waiters_;
    bool is_locked_ = false;
};

// asyncio.Semaphore(1): a release passes the permit on, so it has no gap.
class AsyncioSemaphore {
  public:
    explicit AsyncioSemaphore(Scheduler& scheduler) noexcept : scheduler_(scheduler) {}

    void acquire();
    void release();

    void state(std::uint16_t lock, State& state) const;

    [[nodiscard]] bool is_locked() const noexcept;
    [[nodiscard]] bool is_contended() const noexcept { return is_locked(); }
    [[nodiscard]] std::size_t waiting() const noexcept { return waiters_.size(); }
    [[nodiscard]] int value() const noexcept { return value_; }

  private:
    bool wake_next();

    Scheduler& scheduler_;
    std::vector<Future*> waiters_;
    int value_ = 1;
};

}  // namespace interlock::models
