// What tasks that are code wait for, where they do not go through the core: a mutex, a condition
// and a channel, as Boost.Fiber and the standard library have them, with every wait a choice point.
#pragma once

#include "core/job/errors.hpp"
#include "models/explore/explore.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace interlock::models {

// Not recursive. Whoever waits may have it next, in any order. Goes with std::lock_guard and
// std::unique_lock.
class Mutex {
  public:
    explicit Mutex(CodeWorld& world, std::string name = "mutex")
        : world_(world), name_(std::move(name)), number_(world.new_thing()) {}
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

    // Throws Cancelled.
    void lock() {
        world_.note("wants " + name_);
        world_.footprint().wants = number_;
        world_.scheduler().take(model_);
        touch().takes = number_;
        world_.note("takes " + name_);
    }

    // A task that is cancelled here hears of it where it waits next.
    void unlock() noexcept {
        static_cast<void>(world_.scheduler().give_back(model_));
        touch().frees = number_;
        world_.note("gives back " + name_);
    }

  private:
    Footprint& touch() {
        Footprint& print = world_.footprint();
        print.changes |= ThingSet{1} << (number_ % 64);
        return print;
    }

    CodeWorld& world_;
    std::string name_;
    std::uint16_t number_;
    ModelMutex model_;
};

// Waiters wake in the order in which they came, and only when they are told to.
class ConditionVariable {
  public:
    explicit ConditionVariable(CodeWorld& world, std::string name = "condition")
        : world_(world), name_(std::move(name)), number_(world.new_thing()) {}
    ConditionVariable(const ConditionVariable&) = delete;
    ConditionVariable& operator=(const ConditionVariable&) = delete;

    // Throws Cancelled, and then the lock is given up.
    void wait(std::unique_lock<Mutex>& lock) {
        touch();
        const TaskId self = world_.scheduler().current();
        waiting_.push_back(self);
        world_.note("waits for " + name_);
        lock.unlock();
        try {
            world_.scheduler().wait();
            touch();
        } catch (const Cancelled&) {
            touch();
            std::erase(waiting_, self);
            lock.release();
            throw;
        }
        lock.lock();
    }

    template <class Predicate>
    void wait(std::unique_lock<Mutex>& lock, Predicate is_true) {
        while (!is_true()) {
            wait(lock);
        }
    }

    void notify_one() {
        touch();
        world_.note("notifies " + name_);
        if (!waiting_.empty()) {
            world_.scheduler().wake(waiting_.front());
            waiting_.pop_front();
        }
    }

    void notify_all() {
        touch();
        world_.note("notifies all of " + name_);
        for (; !waiting_.empty(); waiting_.pop_front()) {
            world_.scheduler().wake(waiting_.front());
        }
    }

  private:
    void touch() { world_.footprint().changes |= ThingSet{1} << (number_ % 64); }

    CodeWorld& world_;
    std::string name_;
    std::uint16_t number_;
    std::deque<TaskId> waiting_;
};

// Holds up to `capacity` values; first in, first out.
template <class T>
class Channel {
  public:
    explicit Channel(CodeWorld& world, std::size_t capacity, const std::string& name = "channel")
        : capacity_(capacity),
          mutex_(world, name),
          not_full_(world, "room in " + name),
          not_empty_(world, "a value in " + name) {}

    // Waits for room. False if it is closed. Throws Cancelled.
    bool push(T value) {
        std::unique_lock lock(mutex_);
        not_full_.wait(lock, [&] { return is_closed_ || values_.size() < capacity_; });
        if (is_closed_) {
            return false;
        }
        values_.push_back(std::move(value));
        not_empty_.notify_one();
        return true;
    }

    // Waits for a value. Nothing if it is closed and empty. Throws Cancelled.
    std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        not_empty_.wait(lock, [&] { return is_closed_ || !values_.empty(); });
        if (values_.empty()) {
            return std::nullopt;
        }
        T value = std::move(values_.front());
        values_.pop_front();
        not_full_.notify_one();
        return value;
    }

    void close() {
        std::unique_lock lock(mutex_);
        is_closed_ = true;
        not_full_.notify_all();
        not_empty_.notify_all();
    }

  private:
    std::size_t capacity_;
    Mutex mutex_;
    ConditionVariable not_full_;
    ConditionVariable not_empty_;
    std::deque<T> values_;
    bool is_closed_ = false;
};

}  // namespace interlock::models
