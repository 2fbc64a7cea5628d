#include "models/explorer/portfolio.hpp"

namespace interlock::models {

void Portfolio::learn(const Trace& trace) {
    members_[turn_]->learn(trace);
    turn_ = (turn_ + 1) % members_.size();
}

bool Portfolio::is_complete() const noexcept {
    return members_[turn_]->is_complete();
}

void Portfolio::describe(Guarantee& guarantee) const {
    for (const auto& member : members_) {
        member->describe(guarantee);
    }
}

}  // namespace interlock::models
