// What one turn of a task touched of what it shares with others.
#pragma once

#include "models/trace/task_set.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace interlock::models {

// Things by number, one bit each; where there are more than bits, some share one.
using ThingSet = std::uint64_t;

inline constexpr std::uint16_t no_mutex = 0xffff;

// Where time may pass at any moment: no other turn's time lies between the moments of one turn. So
// a turn that has one looks at the clock, and one that has several changes it.
inline constexpr ThingSet clock_thing = ThingSet{1} << 63U;

struct Footprint {
    // Whose state it changed: that of the task itself, and of those it woke or cancelled.
    TaskSet tasks = 0;

    // Locks, throttles, conditions, mutexes, and the graph of waits.
    ThingSet looks = 0;    // whose outcome depended on who holds it, or on what it says
    ThingSet appends = 0;  // looked at and, being held, queued for
    ThingSet changes = 0;  // taken, given back, handed on, left, counted, set

    // Mutexes keep a task from being ready while they are held, other things never do.
    std::uint16_t takes = no_mutex;
    std::uint16_t frees = no_mutex;  // that was held
    std::uint16_t wants = no_mutex;  // for the task's next turn

    // Whether it could have touched other things if others had gone first.
    bool varies = false;

    // As if it touched everything: safe where nothing is known.
    static constexpr Footprint everything() noexcept {
        constexpr std::uint64_t all = ~std::uint64_t{0};
        return {.tasks = all, .looks = all, .appends = all, .changes = all, .varies = true};
    }

    friend bool operator==(const Footprint&, const Footprint&) = default;
};

// Its parts in turn, sets and mutexes in hexadecimal digits, what is absent as nothing:
// "3...4....".
std::string text_of(const Footprint& touched);
std::optional<Footprint> footprint_from(std::string_view text);

}  // namespace interlock::models
