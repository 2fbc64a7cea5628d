#include "models/explorer/pct.hpp"

#include <bit>
#include <cmath>

namespace interlock::models {

void Pct::begin_run(Draws& draws) {
    priorities_.fill(0);
    seen_ = 0;
    choices_ = 0;
    changes_.clear();
    if (choices_most_ > 0) {
        for (std::uint64_t left = draws.below(depth_); left > 0; --left) {
            changes_.push_back(1 + draws.below(choices_most_));
        }
    }
}

TaskId Pct::pick(TaskSet enabled, Draws& draws) noexcept {
    ++choices_;
    for (TaskSet left = enabled; left != 0; left &= left - 1) {
        std::uint64_t& priority = priorities_[lowest(left).value];
        if (priority == 0) {
            priority = draws.next() | (std::uint64_t{1} << 63U);
        }
    }
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        if (changes_[i] == choices_) {
            priorities_[first_of(enabled).value] = i + 1;
        }
    }
    return first_of(enabled);
}

TaskId Pct::first_of(TaskSet tasks) const noexcept {
    TaskId first = lowest(tasks);
    for (TaskSet left = tasks; left != 0; left &= left - 1) {
        if (priorities_[lowest(left).value] > priorities_[first.value]) {
            first = lowest(left);
        }
    }
    return first;
}

void Pct::end_run(const Trace& /*trace*/) {
    const auto tasks = static_cast<std::uint32_t>(std::popcount(seen_));
    const bool grew = tasks > tasks_most_ || choices_ > choices_most_;
    tasks_most_ = std::max(tasks_most_, tasks);
    choices_most_ = std::max(choices_most_, choices_);
    runs_that_count_ = grew ? 0 : runs_that_count_ + 1;
}

void Pct::describe(Guarantee& guarantee) const {
    if (faults() != Faults{} || choices_most_ == 0) {
        return;
    }
    const auto k = static_cast<double>(choices_most_);
    guarantee.pct = {
        .n = tasks_most_,
        .k = choices_most_,
        .d = depth_,
        .runs = runs_that_count_,
        .p = 1 / (depth_ * (tasks_most_ * std::pow(k, depth_ - 1)))};
}

}  // namespace interlock::models
