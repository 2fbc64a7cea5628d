// Every interleaving and every fault that is allowed, once each, depth first: the oracle for
// everything smarter.
#pragma once

#include "models/explorer/explorer.hpp"

#include <vector>

namespace interlock::models {

class Exhaustive final : public Explorer {
  public:
    Exhaustive() = default;
    explicit Exhaustive(const Subtree& part)
        : untried_(part.path.size()), prefix_(part.path), root_(part.path.size()) {}

    std::optional<Plan> next() override;
    void learn(const Trace& trace) override;
    [[nodiscard]] bool is_complete() const noexcept override { return true; }
    [[nodiscard]] Branches rest() const override;
    [[nodiscard]] double explored() const noexcept override;

  private:
    // What is left to try at a choice point.
    struct Untried {
        TaskSet run = 0;
        TaskSet raise = 0;
        TaskSet cancel = 0;
        TaskSet time_out = 0;
        std::uint32_t tried = 0;  // so many alternatives are done

        Untried() = default;
        explicit Untried(const ChoicePoint& point) noexcept
            : run(point.enabled),
              raise(point.may_raise),
              cancel(point.may_cancel),
              time_out(point.may_time_out) {}

        [[nodiscard]] bool is_empty() const noexcept {
            return (run | raise | cancel | time_out) == 0;
        }
        [[nodiscard]] int count() const noexcept;
        Choice take() noexcept;  // without faults first
    };

    // The path to the execution that is run next: at each choice point, what is left to try after
    // the choice in prefix_.
    std::vector<Untried> untried_;
    std::vector<Choice> prefix_;
    std::size_t root_ = 0;  // so long is what is not left to it to choose
    double part_ = 0;  // of the whole search, the one that this is to explore; 0: not known yet
    bool is_done_ = false;
};

}  // namespace interlock::models
