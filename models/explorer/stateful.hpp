// Every step out of every state, once: executions end their search where they meet a state that was
// seen before.
#pragma once

#include "models/explorer/roundtrip.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace interlock::models {

// Fibers cannot be copied: to be in a state again, an execution is run from the start the way it
// was first reached. From there it goes on, from state to state, for as long as it finds a step
// that has not been taken; then it is run to its end, which costs less than to cut it off, and
// makes it an execution to judge as any other.
//
// Identical tasks are exchanged for each other: states that are equal but for who is who are one,
// and of tasks whose images are equal one goes for all.
//
// Where tasks repeat for ever there is no end to run to, and nobody is exchanged: executions are
// cut off at a state that was seen before, or after a while, and begin where the states were found
// first. All turns are kept, and at last the rounds are run in which something may be wrong.
class Stateful final : public Explorer, private Guide {
  public:
    // Begins a state, and states everything that the future of the execution so far depends on.
    using Look = std::function<void(const Trace& so_far, State& state)>;

    // `like` has, of each task, the first of those that do the same: itself, if they are endless.
    // `state` is an empty one.
    Stateful(Look look, std::vector<TaskId> like, bool is_endless = false, State state = State());

    std::optional<Plan> next() override;
    void learn(const Trace& trace) override;
    [[nodiscard]] bool is_complete() const noexcept override { return true; }
    [[nodiscard]] std::optional<Round> round() const override {
        return roundtrip_ ? roundtrip_->round() : std::nullopt;
    }
    void describe(Guarantee& guarantee) const override;

  private:
    // Tasks are meant by rank: in the order of their images, among those that do the same.
    struct Node {
        TaskSet run = 0;  // what is left to try
        TaskSet raise = 0;
        TaskSet cancel = 0;
        std::uint32_t arrival = 0;  // the step by which it was first reached

        [[nodiscard]] bool is_exhausted() const noexcept { return (run | raise | cancel) == 0; }
    };
    struct Step {
        std::uint32_t before = 0;  // the step before it; its own number: none
        Choice choice{};
    };

    struct HashOfDigest {
        std::size_t operator()(const Digest& digest) const noexcept { return digest.a; }
    };

    Choice choose(const Trace& so_far, const ChoicePoint& possible) noexcept override;
    [[nodiscard]] bool reads_turns() const noexcept override { return false; }
    Choice go_on(const ChoicePoint& possible) noexcept;
    // The number of the state that the execution is in.
    std::uint32_t look_around(const Trace& so_far, const ChoicePoint& possible);
    void note_turn(std::uint32_t node);
    std::optional<Plan> next_roundtrip();
    void rank();
    [[nodiscard]] TaskSet ranks_of(TaskSet tasks) const noexcept;
    Choice take(Node& node) noexcept;

    Look look_;
    State state_;
    const std::vector<TaskId> like_;
    std::vector<std::vector<std::uint8_t>> alike_;  // tasks that do the same, more than one
    std::array<std::uint8_t, 64> task_of_{};        // by rank
    std::array<std::uint8_t, 64> rank_of_{};        // by task

    boost::unordered_flat_map<Digest, std::uint32_t, HashOfDigest> known_;
    std::vector<Node> nodes_;
    std::vector<Step> steps_;
    std::vector<std::uint32_t> open_;  // nodes at which something is left to try, and others

    // Of endless executions.
    const bool is_endless_;
    std::size_t done_ = 0;  // so many of open_ have nothing left
    StateGraph graph_;
    State::Progress before_;  // the last turn
    std::uint32_t at_ = 0;    // node that it began in
    std::optional<std::vector<Lasso>> lassos_;
    std::size_t tried_ = 0;  // of them
    std::optional<Roundtrip> roundtrip_;

    // The execution that runs.
    std::uint32_t start_ = 0;   // the node that it starts from
    std::vector<Choice> way_;   // to the state that it starts from
    std::size_t made_ = 0;      // choices
    std::uint32_t last_ = 0;    // step
    std::uint8_t running_ = 0;  // task
    bool is_searching_ = true;  // else it only runs to its end
};

}  // namespace interlock::models
