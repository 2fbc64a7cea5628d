// What the gate needs of the world it waits in.
#pragma once

#include "core/policy/call_frame.hpp"

#include <concepts>
#include <cstdint>
#include <mutex>

namespace interlock {

// A runtime gives, for its kind of task (a fiber, a thread, …):
//  - Guard: a lockable that protects policy state; empty where one thread runs all tasks;
//  - Counter: an integer that `++` makes unique ids of;
//  - Parker: where the running task waits; park() gives up the guard while it waits, and returns
//    after an unpark(), at once if that came first; unpark() is called under the guard;
//  - current(): the frame of the job that the running task is in, to read and to set.
template <class R>
concept Runtime = requires(
    typename R::Parker& parker,
    std::unique_lock<typename R::Guard>& guard,
    typename R::Counter& counter
) {
    requires std::default_initializable<typename R::Guard>;
    requires std::default_initializable<typename R::Parker>;
    parker.park(guard);
    { parker.unpark() }
    noexcept;
    { ++counter } -> std::convertible_to<std::uint64_t>;
    { R::current() } -> std::same_as<const CallFrame*&>;
};

}  // namespace interlock
