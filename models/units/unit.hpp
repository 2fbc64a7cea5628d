// A part of a search that can be sent: to another thread, process or machine, or to a file.
#pragma once

#include "models/scenario/scenario.hpp"
#include "models/trace/subtree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace interlock::models {

struct Unit {
    std::uint64_t scenario = 0;  // fingerprint of the program that it belongs to
    Strategy engine = Strategy::exhaustive;
    Faults faults = {};  // that are allowed in each execution
    TimeMode time = TimeMode::fixed;
    Discipline discipline = Discipline::cooperative;
    Subtree subtree = {};

    friend bool operator==(const Unit&, const Unit&) = default;
};

// "v1;<scenario>;<engine>;<path>;<sleep>", such as v1;0123456789abcdef;exhaustive;0120; with
// "/r1c0" after the engine where faults are allowed, "/all" where time may pass at any moment,
// "/preemptive" for that discipline. The path is written as in a schedule.
std::string text_of(const Unit& unit);

// Nothing if `text` is not a unit; `problem` then says why, in one line.
std::optional<Unit> unit_from(std::string_view text, std::string& problem);

}  // namespace interlock::models
