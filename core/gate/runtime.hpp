// What the gate needs of the world it waits in.
#pragma once

#include "core/policy/call_frame.hpp"
#include "core/policy/time.hpp"

#include <concepts>
#include <cstdint>

namespace interlock {

// A runtime gives, for its kind of task (a fiber, a thread, …):
//  - Guard: a lockable that protects policy state, never held for long or while a task waits; empty
//    where one thread runs all tasks;
//  - is_parallel: whether more than one thread runs tasks; then Primitives says by what they share;
//  - looks: for how many pauses a task looks whether a lock comes free before it gets in line; 0
//    where its holder may need the thread;
//  - Count: a number that tasks raise and lower;
//  - Thread: a task that runs a callable from its construction on, to be joined or detached;
//  - Counter: an integer that `++` makes unique ids of;
//  - Parker: where one task waits, once. spin() waits a moment, where that is cheaper than to park,
//    and says whether an unpark() came; park() returns after an unpark(), park_for() also when the
//    time is over. unpark() is called once, under a guard that a task takes before it destroys the
//    parker it was parked at; after a spin() it may be gone at once; expect() says that it may be
//    the next to be unparked;
//  - current(): the frame of the job that the running task is in, to read and to set.
template <class R>
concept Runtime =
    requires(typename R::Parker& parker, typename R::Counter& counter, Duration duration) {
    requires std::default_initializable<typename R::Guard>;
    requires std::default_initializable<typename R::Parker>;
    { parker.spin() } -> std::same_as<bool>;
    parker.park();
    parker.park_for(duration);
    { parker.unpark() }
    noexcept;
    { parker.expect() }
    noexcept;
    { R::is_parallel } -> std::convertible_to<bool>;
    { R::looks } -> std::convertible_to<int>;
    { ++counter } -> std::convertible_to<std::uint64_t>;
    { R::current() } -> std::same_as<const CallFrame*&>;
};

}  // namespace interlock
