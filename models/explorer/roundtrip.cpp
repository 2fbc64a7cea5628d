#include "models/explorer/roundtrip.hpp"

namespace interlock::models {

std::optional<Plan> Roundtrip::next() {
    if (is_done_) {
        return std::nullopt;
    }
    made_ = 0;
    seen_.clear();
    round_.reset();
    return Plan{.prefix = {}, .guide = this, .is_endless = true};
}

Choice Roundtrip::choose(const Trace& so_far, const ChoicePoint& possible) noexcept {
    if (possible.is_open()) {
        return choose_open(so_far);
    }
    if (made_ == lasso_.stem.size() && lasso_.round.empty()) {
        const auto [found, is_new] = seen_.try_emplace(digest_of(so_far), here(so_far));
        if (!is_new) {
            round_ = is_round_ ? std::optional(found->second) : std::nullopt;
            return enough;
        }
    }
    return possible.only();
}

Choice Roundtrip::choose_open(const Trace& so_far) {
    std::size_t const made = made_;
    if (made < lasso_.stem.size()) {
        ++made_;
        return lasso_.stem[made];
    }
    if (!is_round_ || lasso_.round.empty()) {
        return enough;
    }
    if (made == lasso_.stem.size()) {
        start_ = here(so_far);
        at_start_ = digest_of(so_far);
    }
    if (std::size_t const next = made - lasso_.stem.size(); next < lasso_.round.size()) {
        ++made_;
        return lasso_.round[next];
    }
    if (digest_of(so_far) == at_start_) {
        round_ = start_;
    }
    return enough;
}

// Nobody is taken for anybody else.
Digest Roundtrip::digest_of(const Trace& so_far) {
    look_(so_far, state_);
    std::vector<TaskId> like(state_.images().size());
    for (std::size_t task = 0; task < like.size(); ++task) {
        like[task] = TaskId{static_cast<std::uint8_t>(task)};
    }
    return state_.digest(like);
}

Round Roundtrip::here(const Trace& so_far) noexcept {
    return {
        .choices = static_cast<std::uint32_t>(so_far.choices.size()),
        .turns = static_cast<std::uint32_t>(so_far.turns.size()),
        .events = static_cast<std::uint32_t>(so_far.events.size()),
    };
}

}  // namespace interlock::models
