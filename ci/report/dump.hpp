// JSON as the reports print it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace interlock::ci {

using Json = nlohmann::ordered_json;

// With a newline at its end; bytes that are no UTF-8 become U+FFFD.
inline std::string dumped(const Json& json, int indent = 2) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace interlock::ci
