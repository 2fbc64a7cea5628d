// Reads scenario files (YAML). Nothing is guessed: an unknown key or a bad value is an error with
// its place and what to write instead.
#pragma once

#include "models/scenario/scenario.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace interlock::models {

// The scenario that `text` describes; `file` is kept for messages.
std::variant<Scenario, Diagnostic> read_scenario(std::string_view text, std::string file);

// The same from a file; a file that cannot be read is a diagnostic without a place.
std::variant<Scenario, Diagnostic> read_scenario_file(const std::string& file);

// What a map of a scenario may have as keys, for the reference.
struct KeySection {
    std::string_view name;  // "a job"
    std::vector<std::string_view> keys;
};
std::vector<KeySection> key_sections();

}  // namespace interlock::models
