#include "models/explorer/exhaustive.hpp"

namespace interlock::models {

Choice Exhaustive::Untried::take() noexcept {
    const auto take_from = [](TaskSet& set) {
        const TaskId task = lowest(set);
        set &= ~set_of(task);
        return task;
    };
    if (run != 0) {
        return take_from(run);
    }
    return raise != 0 ? Choice(take_from(raise), Fault::raise)
                      : Choice(take_from(cancel), Fault::cancel);
}

std::optional<Plan> Exhaustive::next() {
    if (is_done_) {
        return std::nullopt;
    }
    return Plan{.prefix = prefix_};
}

void Exhaustive::learn(const Trace& trace) {
    for (std::size_t i = prefix_.size(); i < trace.choices.size(); ++i) {
        const ChoicePoint& point = trace.choices[i];
        // Beyond the prefix the scheduler chooses no faults.
        untried_.push_back(
            {point.enabled & ~set_of(point.chosen.task), point.may_raise, point.may_cancel}
        );
        prefix_.push_back(point.chosen);
    }
    while (!untried_.empty() && untried_.back().is_empty()) {
        untried_.pop_back();
        prefix_.pop_back();
    }
    if (untried_.empty()) {
        is_done_ = true;
        return;
    }
    prefix_.back() = untried_.back().take();
}

}  // namespace interlock::models
