// What a verdict is worth, in words and as JSON.
#pragma once

#include "models/trace/guarantee.hpp"
#include "models/trace/saturation.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace interlock::ci {

// "optimal, cooperative, complete; time fixed, no faults; footprints: fine; 24 traces, 0 blocked"
std::string words_of(const models::Guarantee& guarantee);

nlohmann::ordered_json json_of(const models::Guarantee& guarantee);

// "118 classes, the last new one in execution 1987 of 2000; 24 lock orders, …"
std::string words_of(const models::Saturation& saturation, std::uint64_t executions);

nlohmann::ordered_json json_of(const models::Saturation& saturation);

}  // namespace interlock::ci
