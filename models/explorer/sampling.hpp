// Explorers that run some executions and prove nothing beyond them.
#pragma once

#include "models/explorer/explorer.hpp"

#include <utility>
#include <vector>

namespace interlock::models {

// Without end: each step is any of those that are possible, faults included, with equal chance.
// (That is not uniform over interleavings.) The same seed gives the same executions.
class Random final : public Explorer {
  public:
    explicit Random(std::uint64_t seed) noexcept : seed_(seed) {}

    std::optional<Plan> next() override;
    void learn(const Trace& /*trace*/) override { ++runs_; }
    [[nodiscard]] bool is_complete() const noexcept override { return false; }

  private:
    std::uint64_t seed_;
    std::uint64_t runs_ = 0;
};

// One execution: `prefix`, then as `tail` says. Production order, or a replay.
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
