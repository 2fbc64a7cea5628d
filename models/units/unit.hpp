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
// "/preemptive" for that discipline. The path is written as in a schedule. What sleeps is the turns
// that others explore instead of those of the path, "<turn>=<choice>/<footprint>" each, with
// commas.
std::string text_of(const Unit& unit);

// Nothing if `text` is not a unit; `problem` then says why, in one line.
std::optional<Unit> unit_from(std::string_view text, std::string& problem);

// "<choice>/<footprint>", such as 1/3...4....; without the footprint where that is not known.
std::string text_of(const Planned& turn);
std::optional<Planned> planned_from(std::string_view text);

}  // namespace interlock::models
