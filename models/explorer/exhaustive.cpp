#include "models/explorer/exhaustive.hpp"

namespace interlock::models {

std::optional<Plan> Exhaustive::next() {
    if (is_done_) {
        return std::nullopt;
    }
    return Plan{.prefix = prefix_};
}

void Exhaustive::learn(const Trace& trace) {
    for (std::size_t i = prefix_.size(); i < trace.choices.size(); ++i) {
        const ChoicePoint& point = trace.choices[i];
        untried_.push_back(point.enabled & ~set_of(point.chosen));
        prefix_.push_back(point.chosen);
    }
    while (!untried_.empty() && untried_.back() == 0) {
        untried_.pop_back();
        prefix_.pop_back();
    }
    if (untried_.empty()) {
        is_done_ = true;
        return;
    }
    prefix_.back() = lowest(untried_.back());
    untried_.back() &= ~set_of(prefix_.back());
}

}  // namespace interlock::models
