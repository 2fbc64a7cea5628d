// The loop that joins explorer, scheduler and judge: plan out, trace in, until there is a verdict.
#pragma once

#include "models/explorer/dependence.hpp"
#include "models/scenario/program.hpp"
#include "models/scheduler/scheduler.hpp"
#include "models/trace/verdict.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace interlock::models {

struct CheckOptions {
    Strategy strategy = Strategy::exhaustive;
    Stop stop = Stop::first;
    std::optional<Property> wanted = {};  // with Stop::first: only a violation of this one stops
    Budget budget = {};
    std::uint64_t seed = 1;
    // The first execution, and then one of so many, is run a second time; if it does not come out
    // the same, the result is broken. 0: none.
    std::uint32_t rerun_every = 128;
    std::optional<std::uint32_t> bound = {};  // of Strategy::bounded: the last; unset: to the end
    Measure measure = Measure::preemptions;   // that is bounded
    std::uint32_t depth = 3;                  // of Strategy::pct
    Faults faults = {};                       // allowed in each execution
    TimeMode time = TimeMode::fixed;
    Discipline discipline = Discipline::cooperative;  // of the program: what the guarantee says
    std::vector<Choice> schedule = {};                // of Strategy::replay
    std::vector<std::int64_t> times = {};             // of Strategy::replay with TimeMode::all
    // Of Strategy::replay, of tasks that may go on for ever: from which choice on it goes round.
    std::optional<std::size_t> round = {};
    Dependence dependence = &depend;  // of Strategy::optimal; only tests have another
    Scheduler::Options scheduler = {};
    std::uint32_t threads = 1;  // of search(); check() uses the one that it is on
    Subtree start = {};         // of Strategy::exhaustive and optimal: only what is below it
    // While it is true, and some executions have been run, what is left is returned as `rest`.
    const std::atomic<bool>* is_wanted_back = nullptr;
    std::stop_token interrupt = {};  // then the result so far is returned, as gave_up
    // Hears of the work so far about ten times a second.
    std::function<void(const Result& so_far)> on_progress = {};
};

// Why this version cannot explore as `explore` asks; empty when it can.
std::string problem_of(const ExploreSpec& explore);

// The same, of what `program` has.
std::string problem_of(const ExploreSpec& explore, const Program& program);

// The options that `scenario` asks for.
CheckOptions options_of(const Scenario& scenario);

// What a search with these options is worth, as far as they say.
Guarantee guarantee_of(const CheckOptions& options);

// Explores `program` on this thread, which must not have a Scheduler. The strategy must be one
// that problem_of() allows.
Result check(const Program& program, Judge& judge, const CheckOptions& options);

// The same for any world, on a scheduler that may have been used before; options.scheduler is not
// looked at.
Result check(Scheduler& scheduler, World& world, Judge& judge, const CheckOptions& options);

}  // namespace interlock::models
