#include "models/explorer/portfolio.hpp"

namespace interlock::models {

std::optional<Plan> Portfolio::next() {
    turn_ = (turn_ + 1) % members_.size();
    return members_[turn_]->next();
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
