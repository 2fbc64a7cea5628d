#include "models/explorer/single.hpp"

namespace interlock::models {

std::optional<Plan> Single::next() {
    if (is_done_) {
        return std::nullopt;
    }
    return Plan{.prefix = prefix_, .tail = tail_};
}

void Single::learn(const Trace& trace) {
    is_done_ = true;
    had_no_choice_ = trace.choices.empty();
}

}  // namespace interlock::models
