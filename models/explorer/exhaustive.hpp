// Every interleaving, once each, depth first: the oracle for everything smarter.
#pragma once

#include "models/explorer/explorer.hpp"

#include <vector>

namespace interlock::models {

class Exhaustive final : public Explorer {
  public:
    std::optional<Plan> next() override;
    void learn(const Trace& trace) override;
    [[nodiscard]] bool is_complete() const noexcept override { return true; }

  private:
    // The path to the execution that is run next: at each choice point, what is left to try after
    // the choice in prefix_.
    std::vector<TaskSet> untried_;
    std::vector<TaskId> prefix_;
    bool is_done_ = false;
};

}  // namespace interlock::models
