// What a verdict is worth, in words and as JSON.
#pragma once

#include "models/trace/guarantee.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace interlock::ci {

// "optimal, cooperative, complete; time fixed, no faults; footprints: fine; 24 traces, 0 blocked"
std::string words_of(const models::Guarantee& guarantee);

nlohmann::ordered_json json_of(const models::Guarantee& guarantee);

}  // namespace interlock::ci
