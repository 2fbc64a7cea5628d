// One search by several threads: each has a scheduler, a world and a judge of its own, and they
// share what is left to explore.
#pragma once

#include "models/check.hpp"

#include <functional>
#include <memory>

namespace interlock::models {

// Makes the judge of one thread. Called on the thread of search(), before the others start.
using Judges = std::function<std::unique_ptr<Judge>()>;

// Why this version cannot explore by `threads` threads with `strategy`; empty when it can.
std::string problem_of_threads(Strategy strategy, std::uint32_t threads);

// Explores `program` by options.threads threads; by the one that it is on if that is one. A search
// that runs everything has the same result whatever their number, wall_s apart. One that stops at
// the first violation has the same verdict; which violation it shows, and after how many
// executions, is up to the threads. Both problem_of() and problem_of_threads() must have nothing
// against it.
Result search(const Program& program, const Judges& judges, const CheckOptions& options);

}  // namespace interlock::models
