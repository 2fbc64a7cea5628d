// The printable form of a trace's choices: "v1:<scenario>:<one digit a choice>".
#pragma once

#include "models/trace/trace.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace interlock::models {

struct Schedule {
    std::uint64_t scenario = 0;  // fingerprint of the scenario that it belongs to
    std::vector<TaskId> choices;
};

// Digits are task numbers: 0-9, a-z, A-Z. At the end, choices that Tail::stay makes by itself may
// be left out.
std::string text_of(const Schedule& schedule);

// Nothing if `text` is not a schedule; `problem` then says why.
std::optional<Schedule> schedule_from(std::string_view text, std::string& problem);

// All choices of `trace`.
std::vector<TaskId> choices_of(const Trace& trace);

}  // namespace interlock::models
