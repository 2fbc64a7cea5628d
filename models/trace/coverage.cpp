#include "models/trace/coverage.hpp"

#include <algorithm>

namespace interlock::models {

void Sightings::add(std::uint64_t print, std::uint64_t execution) {
    if (known_.contains(print)) {
        return;
    }
    if (in_order_.size() == most_) {
        has_more_ = true;
        return;
    }
    known_.insert(print);
    in_order_.push_back({print, execution});
}

// Also where one of them remembers no more: of the first `most_` that `later` saw, enough are new
// to fill what is left here.
void Sightings::append(const Sightings& later, std::uint64_t executions) {
    for (const First& first : later.in_order_) {
        add(first.print, executions + first.execution);
    }
    has_more_ = has_more_ || later.has_more_;
}

Saturation::Seen Sightings::seen() const noexcept {
    return {in_order_.size(), in_order_.empty() ? 0 : in_order_.back().execution, has_more_};
}

void Coverage::count(std::uint64_t turns) noexcept {
    turns_least = executions == 0 ? turns : std::min(turns_least, turns);
    turns_most = std::max(turns_most, turns);
    ++executions;
}

void Coverage::append(const Coverage& later) {
    if (later.executions == 0) {
        return;
    }
    classes.append(later.classes, executions);
    orders.append(later.orders, executions);
    outcomes.append(later.outcomes, executions);
    turns_least = executions == 0 ? later.turns_least : std::min(turns_least, later.turns_least);
    turns_most = std::max(turns_most, later.turns_most);
    too_long += later.too_long;
    executions += later.executions;
}

Saturation Coverage::saturation() const noexcept {
    return {
        .classes = classes.seen(),
        .orders = orders.seen(),
        .outcomes = outcomes.seen(),
        .turns_least = turns_least,
        .turns_most = turns_most,
        .too_long = too_long,
    };
}

}  // namespace interlock::models
