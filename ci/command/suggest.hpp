// For names that are nearly right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace interlock::ci {

// "; did you mean 'queue'?" or "; there is none, reject, queue".
std::string suggestion(std::string_view word, const std::vector<std::string_view>& names);

}  // namespace interlock::ci
