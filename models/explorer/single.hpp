// One execution: production order, or a replay.
#pragma once

#include "models/explorer/explorer.hpp"

#include <utility>
#include <vector>

namespace interlock::models {

// `prefix`, then as `tail` says.
class Single final : public Explorer {
  public:
    Single(std::vector<Choice> prefix, Tail tail) : prefix_(std::move(prefix)), tail_(tail) {}

    std::optional<Plan> next() override;
    void learn(const Trace& trace) override;
    [[nodiscard]] bool is_complete() const noexcept override { return had_no_choice_; }

  private:
    std::vector<Choice> prefix_;
    Tail tail_;
    bool is_done_ = false;
    bool had_no_choice_ = false;  // then the one execution is all there are
};

}  // namespace interlock::models
