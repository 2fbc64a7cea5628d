// How far a search has come, as a value with a text: what a checkpoint holds, what one part of a
// search sends to another process, and what the results of shards are joined from.
#pragma once

#include "models/check.hpp"
#include "models/trace/schedule.hpp"
#include "models/units/shard.hpp"
#include "models/units/unit.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace interlock::models {

struct Snapshot {
    // A violation is known by what shows it: run again, it is the same.
    struct Found {
        Property property = Property::deadlock;
        Schedule schedule;
        friend bool operator==(const Found&, const Found&) = default;
    };

    Unit search;  // which it is; its subtree is not looked at
    Shard shard;
    std::uint64_t executions = 0;
    std::uint64_t blocked = 0;
    std::uint64_t steps = 0;
    double explored = 0;
    double seconds = 0;  // that it took so far
    std::set<std::vector<std::uint8_t>> outcomes;
    Coverage coverage;
    std::vector<Found> found;
    Branches left;
    std::vector<Reversal> wanted;  // of other parts, if it is of a part

    friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

// The whole search of `program` with `options`.
Unit unit_of(const Program& program, const CheckOptions& options);

// Of a shard of a search of the scenario and the engine of `search`.
Snapshot snapshot_of(const Unit& search, Shard shard, const Result& result);

// Lines, the last of which is a checksum.
std::string text_of(const Snapshot& snapshot);

// Nothing if `text` is not a whole snapshot; `problem` then says why, in one line.
std::optional<Snapshot> snapshot_from(std::string_view text, std::string& problem);

// The result that `snapshot` is of, with a trace of each violation, which are run again for that;
// no verdict. Or why that cannot be: it is of something else.
std::variant<Result, std::string> result_of(
    const Snapshot& snapshot,
    const Program& program,
    Judge& judge,
    const Scheduler::Options& scheduler = {}
);

}  // namespace interlock::models
