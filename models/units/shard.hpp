// A search cut into shards that need not know of each other.
#pragma once

#include "models/check.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace interlock::models {

struct Shard {
    std::uint32_t index = 1;  // from 1
    std::uint32_t of = 1;

    friend bool operator==(const Shard&, const Shard&) = default;
};

// "2/7".
std::string text_of(const Shard& shard);
// Nothing if `text` is not a shard.
std::optional<Shard> shard_from(std::string_view text);

// Cuts the search into parts, many for each shard, and these among the shards by a hash. The result
// is of the executions that were run for that and are of `shard`, and its parts are left. The same
// for all: every execution is of one shard. With a `why`, the search is over.
Result cut(Scheduler& scheduler, World& world, Judge& judge, CheckOptions options, Shard shard);

}  // namespace interlock::models
