#include "models/explorer/random.hpp"

namespace interlock::models {

void Random::begin_run(Draws& /*draws*/) {
    taken_.fill(0);
}

void Random::end_run(const Trace& /*trace*/) {
    for (std::size_t i = 0; i < turns_.size(); ++i) {
        turns_[i] += taken_[i];
    }
}

TaskId Random::pick(TaskSet enabled, Draws& draws) noexcept {
    std::uint64_t sum = 0;
    for (TaskSet left = enabled; left != 0; left &= left - 1) {
        sum += weight_of(lowest(left));
    }
    std::uint64_t skip = draws.below(sum);
    for (TaskSet left = enabled; left != 0; left &= left - 1) {
        std::uint64_t const weight = weight_of(lowest(left));
        if (skip < weight) {
            return lowest(left);
        }
        skip -= weight;
    }
    return lowest(enabled);
}

}  // namespace interlock::models
