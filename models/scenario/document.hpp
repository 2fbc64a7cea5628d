// The one YAML document of a scenario file. Knows nothing of scenarios.
#pragma once

#include <cstddef>
#include <string>
#include <yaml-cpp/yaml.h>

namespace interlock::models::yaml {

// Null if there is none. Text that is no YAML, more than one document, or more values than a
// scenario can need is thrown as a Diagnostic, before much memory is taken for it.
YAML::Node only_document(const std::string& text);

// The most values, that is words, lists and maps, that a file may have.
inline constexpr std::size_t values_max = 50'000;

}  // namespace interlock::models::yaml
