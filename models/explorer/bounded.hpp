// Iterative context bounding (Musuvathi, Qadeer, PLDI 2007): every execution without preemptions,
// then every one with one, and so on.
#pragma once

#include "models/explorer/explorer.hpp"

#include <vector>

namespace interlock::models {

// So the first execution found to violate something has the fewest. Of each number, the executions
// are run depth first; those with fewer are run again as probes, as fibers cannot be copied (with
// Measure::switches, as executions). Complete when a bound left nothing out. A task that had very
// many turns in a row may be polling: then others come first, and it is no preemption.
class Bounded final : public Explorer, private Guide {
  public:
    // To the end, or until bound `last` is done.
    explicit Bounded(
        std::optional<std::uint32_t> last = {}, Measure measure = Measure::preemptions
    ) noexcept
        : last_(last),
          measure_(measure),
          bound_(measure == Measure::switches ? 1 : 0),
          is_done_(last && *last < bound_) {}

    std::optional<Plan> next() override;
    void learn(const Trace& trace) override;
    [[nodiscard]] bool is_complete() const noexcept override { return is_complete_; }
    void describe(Guarantee& guarantee) const override;

  private:
    // Before a turn.
    struct Node {
        TaskSet enabled = 0;
        TaskSet run = 0;  // what is left to try
        TaskSet raise = 0;
        TaskSet cancel = 0;
        TaskId before{};             // who had the turn before, of a task
        std::uint32_t in_a_row = 0;  // turns that it had
        std::uint32_t cost = 0;      // of all that went before
        std::uint32_t cost_now = 0;  // with `chosen`
        Choice chosen{};
    };

    Choice choose(const Trace& so_far, const ChoicePoint& possible) noexcept override;
    [[nodiscard]] TaskId before_next(const Node& node) const noexcept;
    bool take(Node& node) noexcept;
    [[nodiscard]] std::uint32_t price_of(const Node& node, TaskId task) const noexcept;

    std::optional<std::uint32_t> last_;
    Measure measure_;
    std::vector<Node> path_;
    std::size_t forced_ = 0;  // turns of the next execution that are decided
    std::uint32_t bound_;
    std::optional<std::uint32_t> finished_;
    bool left_out_ = false;  // something, as it is beyond the bound
    bool is_complete_ = false;
    bool is_done_;
};

}  // namespace interlock::models
