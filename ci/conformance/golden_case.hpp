// A golden trace as a program: what the real decorator was made to do, and what came of it.
#pragma once

#include "models/revisions/revision.hpp"
#include "models/scenario/program.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

namespace interlock::ci {

using Json = nlohmann::ordered_json;

// NOLINTNEXTLINE(bugprone-exception-escape): to move JSON does not throw, but does not say so.
struct GoldenCase {
    std::string id;
    // Or why a job of it cannot be decorated.
    std::variant<models::Program, std::string> program;
    std::vector<std::string> site_objects;   // by site: on which object it is called
    std::vector<std::string> group_objects;  // by group: the object that it is
    bool records_messages = false;           // also those to the websocket
    Json expected;
};

// The cases of a file that was read as `file`. Throws nlohmann::json::exception, or
// std::runtime_error with what cannot be understood and in which case.
std::vector<GoldenCase> golden_cases(const Json& file, const models::Revision& revision);

}  // namespace interlock::ci
