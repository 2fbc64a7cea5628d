// One execution of tasks that repeat without end: a way, and once round if it comes back to where
// it was.
#pragma once

#include "models/explorer/explorer.hpp"
#include "models/explorer/state_graph.hpp"
#include "models/trace/state.hpp"

#include <functional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace interlock::models {

// Goes `lasso.stem`. With `is_round` it then goes `lasso.round`, and the execution ends when it is
// to choose in the state that it was in before; where nothing is to choose, when it is in any state
// for the second time. Without, it ends at the first choice that the stem does not make.
class Roundtrip final : public Explorer, private Guide {
  public:
    // Begins a state, and states everything that the future of the execution so far depends on.
    using Look = std::function<void(const Trace& so_far, State& state)>;

    Roundtrip(Lasso lasso, bool is_round, Look look)
        : lasso_(std::move(lasso)), look_(std::move(look)), is_round_(is_round) {}

    std::optional<Plan> next() override;
    void learn(const Trace& /*trace*/) override { is_done_ = true; }
    [[nodiscard]] bool is_complete() const noexcept override { return false; }
    [[nodiscard]] std::optional<Round> round() const override { return round_; }

  private:
    struct HashOfDigest {
        std::size_t operator()(const Digest& digest) const noexcept { return digest.a; }
    };

    Choice choose(const Trace& so_far, const ChoicePoint& possible) noexcept override;
    Choice choose_open(const Trace& so_far);
    [[nodiscard]] Digest digest_of(const Trace& so_far);
    [[nodiscard]] static Round here(const Trace& so_far) noexcept;

    const Lasso lasso_;
    const Look look_;
    const bool is_round_;
    bool is_done_ = false;

    // The execution that runs.
    State state_;
    std::size_t made_ = 0;  // choices
    Round start_;           // of the round
    Digest at_start_;
    boost::unordered_flat_map<Digest, Round, HashOfDigest> seen_;  // since the stem
    std::optional<Round> round_;
};

}  // namespace interlock::models
