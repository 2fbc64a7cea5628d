// Which of many scenario files a run is about.
#pragma once

#include "models/units/shard.hpp"

#include <string>
#include <variant>
#include <vector>

namespace interlock::ci {

// Those of the part. Each file is in the part that its name says, whatever else there is, so that
// parts run on different machines come to the whole.
std::vector<std::string> files_of(const std::vector<std::string>& files, models::Shard shard);

// Those that differ from what git knows as `revision`, new ones included; a problem is one line.
std::variant<std::vector<std::string>, std::string> changed_since(
    const std::vector<std::string>& files, const std::string& revision
);

}  // namespace interlock::ci
