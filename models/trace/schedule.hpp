// The printable form of a trace's choices: "v1:<scenario>:<one digit a choice>". Where faults were
// allowed, "r<raises>c<cancellations>:" stands before the choices; where time may pass at any
// moment, "t<times>:": of each moment, how many nanoseconds after the one before, between dots.
// What follows a '~' among the choices can be repeated for ever.
#pragma once

#include "models/trace/trace.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace interlock::models {

struct Schedule {
    std::uint64_t scenario = 0;  // fingerprint of the scenario that it belongs to
    std::vector<Choice> choices;
    Faults faults = {};                    // that were allowed: they decide where there is a choice
    std::vector<std::int64_t> times = {};  // of all moments, where time may pass at any of them
    std::optional<std::size_t> round = {};  // the choices from there on can be repeated for ever

    friend bool operator==(const Schedule&, const Schedule&) = default;
};

// At the end, choices that Tail::stay makes by itself may be left out.
std::string text_of(const Schedule& schedule);

// Nothing if `text` is not a schedule; `problem` then says why.
std::optional<Schedule> schedule_from(std::string_view text, std::string& problem);

// Its parts. Digits of choices are task numbers: 0-9, a-z, A-Z; after a '+' the task raises, after
// a '-' it is cancelled, after a '!' its alarm rings; a '.' lets time pass where a task could be
// cancelled instead. Faults are "r1c0", fingerprints 16 hexadecimal digits; times are "t0.5.0": how
// many nanoseconds after the one before, the first after the beginning.
std::string text_of(std::span<const Choice> choices);
std::optional<std::vector<Choice>> choices_from(std::string_view text, std::string& problem);
std::string text_of(const Faults& faults);
std::optional<Faults> faults_from(std::string_view text) noexcept;
std::string text_of_times(std::span<const std::int64_t> times);
std::optional<std::vector<std::int64_t>> times_from(std::string_view text);
std::string text_of_fingerprint(std::uint64_t fingerprint);
std::optional<std::uint64_t> fingerprint_from(std::string_view text, std::string& problem);

// All choices of `trace`, but for what its times say.
std::vector<Choice> choices_of(const Trace& trace);

// What makes an execution of the scenario with this fingerprint end as `trace` again.
Schedule schedule_of(std::uint64_t scenario, const Trace& trace);

}  // namespace interlock::models
