// A scenario of what a log ends with.
#pragma once

#include "ci/production/incident.hpp"
#include "models/scenario/scenario.hpp"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace interlock::ci {

struct Rebuilt {
    models::Scenario scenario;
    // Labels of calls, and whether each is to wait, or run, for ever.
    std::map<std::string, bool> is_stuck;
    std::size_t left_out = 0;          // calls that are over and left nothing
    std::vector<std::string> assumed;  // what the log does not say, a sentence each
};

// Open calls, each in a task of its own with what it had called. Policies are the weakest that
// explain the log, or those of the jobs of the same name in `known`, if it has one. A body that
// never ended without waiting for a job waits for something that nobody gives it: the mutex
// `outside`. A problem is one line.
std::variant<Rebuilt, std::string> rebuild(
    const Incident& incident, const models::Scenario* known, std::string_view revision
);

}  // namespace interlock::ci
