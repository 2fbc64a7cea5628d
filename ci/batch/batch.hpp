// Many scenarios, several at once.
#pragma once

#include "ci/batch/cache.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace interlock::ci {

// What became of one file: it was run, or known, or a line says why it could not be.
using Ran = std::variant<Examined, std::string>;

struct BatchOptions {
    Overrides overrides;
    std::size_t jobs = 1;                 // scenarios at once, each on a thread of its own
    std::optional<double> seconds;        // for all together: what is left is given up, not run
    const VerdictCache* cache = nullptr;  // if there is one, what is known is not run
    std::function<void(const Ran&)> on_done = {};  // in the order of the files, one at a time
};

// In the order of `files`; fewer, if the run was interrupted.
std::vector<Ran> run_batch(const std::vector<std::string>& files, const BatchOptions& options);

}  // namespace interlock::ci
