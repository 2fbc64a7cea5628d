// A run against its baseline.
#pragma once

#include "ci/batch/examined.hpp"

#include <string>
#include <variant>
#include <vector>

namespace interlock::ci {

// Adds to each scenario of `run`, which are those of `all` in their order, what differs from
// `before`, with the executions that show it. A problem is one line.
std::variant<Exit, std::string> compare(
    const Snapshot& before, Missing missing, const std::vector<Examined>& all, RunReport& run
);

}  // namespace interlock::ci
