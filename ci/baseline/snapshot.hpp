// What scenarios do, in a text that is kept and reviewed: of each its complete set of outcomes and
// of violations, each with the simplest schedule that was found.
#pragma once

#include "ci/command/session.hpp"

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace interlock::ci {

struct Behaviour {
    std::string scenario;
    std::string revision;
    std::string file;
    std::string program;  // the beginning of its schedules, which tells it from others
    std::string under;    // what was allowed besides interleavings: "faults raise 1 cancel 0"
    bool is_complete = false;

    // What can happen, and a schedule that shows it, without that beginning.
    using Shown = std::map<std::string, std::string>;
    Shown violations;  // by property
    Shown outcomes;    // by text, such as "first.0=ran second.0=throttled"

    friend bool operator==(const Behaviour&, const Behaviour&) = default;
};

// Sorted by scenario, then revision, each once.
using Snapshot = std::vector<Behaviour>;

// The name of the scenario, in one line.
std::string behaviour_name(const models::Program& program);

// What `codes` says of the calls of `program`: "first.0=ran second.0=throttled", or "no call".
std::string outcome_text(const models::Program& program, const std::vector<std::uint8_t>& codes);

// The whole schedule of what `behaviour` shows.
std::string schedule_text(const Behaviour& behaviour, std::string_view shown);

Behaviour behaviour_of(const Checked& checked);

// Sorts; a problem is one line, such as that two scenarios have one name.
std::variant<Snapshot, std::string> snapshot_of(std::vector<Behaviour> behaviours);

// The text of the file. Schedules apart, it changes only when behaviour does.
std::string text_of(const Snapshot& snapshot);

// Reads what text_of() wrote; a problem is one line, with the line of `name` where it is.
std::variant<Snapshot, std::string> read_snapshot(std::string_view text, std::string_view name);
std::variant<Snapshot, std::string> read_snapshot_file(const std::string& path);

}  // namespace interlock::ci
