#include "core/policy/occupancy.hpp"

#include <algorithm>

namespace interlock {

bool Occupancy::holds(CallId call) const noexcept {
    return std::find(holders_.begin(), holders_.end(), call) != holders_.end();
}

std::string Occupancy::description() const {
    const auto listed = [](const std::vector<CallId>& calls) {
        std::string text;
        for (CallId const call : calls) {
            text += (text.empty() ? "" : ", ") + std::to_string(call.value);
        }
        return text;
    };
    if (!is_held()) {
        return "free";
    }
    return "held by " + listed(holders_) +
           (waiters_.empty() ? std::string() : "; waiting " + listed(waiters_));
}

}  // namespace interlock
