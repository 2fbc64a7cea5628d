#include "models/explorer/exhaustive.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace interlock::models {

int Exhaustive::Untried::count() const noexcept {
    return std::popcount(run) + std::popcount(raise) + std::popcount(cancel) +
           std::popcount(time_out);
}

Choice Exhaustive::Untried::take() noexcept {
    ++tried;
    const auto take_from = [](TaskSet& set) {
        const TaskId task = lowest(set);
        set &= ~set_of(task);
        return task;
    };
    if (run != 0) {
        return take_from(run);
    }
    if (time_out != 0) {
        return {take_from(time_out), Fault::timeout};
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
    if (part_ == 0) {
        part_ = 1;
        std::size_t const given = std::min(prefix_.size(), trace.choices.size());
        for (std::size_t i = 0; i < given; ++i) {
            part_ /= Untried(trace.choices[i]).count();
        }
    }
    for (std::size_t i = prefix_.size(); i < trace.choices.size(); ++i) {
        const ChoicePoint& point = trace.choices[i];
        // Beyond the prefix the scheduler chooses no faults.
        Untried untried(point);
        (point.chosen.fault == Fault::none ? untried.run : untried.time_out) &=
            ~set_of(point.chosen.task);
        untried_.push_back(untried);
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

Branches Exhaustive::rest() const {
    Branches rest;
    if (is_done_) {
        return rest;
    }
    const auto add = [&](std::size_t depth, Branch::Kind kind, Choice choice) {
        rest.push_back({static_cast<std::uint32_t>(depth), kind, {choice}});
    };
    for (std::size_t i = root_; i < prefix_.size(); ++i) {
        add(i + 1, i + 1 < prefix_.size() ? Branch::Kind::inner : Branch::Kind::left, prefix_[i]);
    }
    for (std::size_t i = prefix_.size(); i-- > root_;) {
        for (Untried left = untried_[i]; !left.is_empty();) {
            add(i + 1, Branch::Kind::left, left.take());
        }
    }
    if (rest.empty()) {
        add(root_, Branch::Kind::left, {});
    }
    return rest;
}

double Exhaustive::explored() const noexcept {
    const double last = is_done_ ? 1 : 0;
    const auto above = [](double share, const Untried& at) {
        return (at.tried + share) / (at.tried + 1 + at.count());
    };
    return part_ * std::accumulate(untried_.rbegin(), untried_.rend(), last, above);
}

}  // namespace interlock::models
