// Tasks, and sets of them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace interlock::models {

// Index of a task of the scenario, from 0.
struct TaskId {
    std::uint8_t value = 0;
    friend constexpr bool operator==(TaskId, TaskId) = default;
};

// A set of tasks, one bit each.
using TaskSet = std::uint64_t;
inline constexpr std::size_t tasks_max = 62;  // as many as there are digits in a schedule

// Where nobody is ready it is as if this task were: its turn lets time pass, or ends the execution.
inline constexpr TaskId passing_of_time{tasks_max};

constexpr TaskSet set_of(TaskId task) noexcept {
    return TaskSet{1} << task.value;
}
constexpr TaskId lowest(TaskSet set) noexcept {
    return TaskId{static_cast<std::uint8_t>(std::countr_zero(set))};
}
// From 0; `set` has more than `n`.
constexpr TaskId nth(TaskSet set, std::uint64_t n) noexcept {
    for (; n > 0; --n) {
        set &= set - 1;
    }
    return lowest(set);
}

}  // namespace interlock::models
