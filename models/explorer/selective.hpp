// Executions drawn uniformly from the orders of those turns alone that touch what tasks share
// (selectively uniform random walk: Zhao, Wolff, Mathur, Roychoudhury, ASPLOS 2025).
#pragma once

#include "models/explorer/sampler.hpp"

#include <optional>
#include <vector>

namespace interlock::models {

// Of the tasks that have turns left that count, one is drawn to have the next of those, with a
// chance in proportion to how many it has left. Until it has had it, others go on only as far as
// their own next turn that counts, in any order. Which turns of a task count is what earlier runs
// touched in the turns at those places: where all runs touch the same and none waits, every order
// of the turns that count is equally likely, however many others there are.
class Selective final : public Sampler {
  public:
    explicit Selective(std::uint64_t seed, Faults faults = {}) noexcept : Sampler(seed, faults) {}

  private:
    TaskId pick(TaskSet enabled, Draws& draws) noexcept override;
    void begin_run(Draws& draws) override;
    void note_turn(TaskId task) noexcept override;
    void end_run(const Trace& trace) override;
    [[nodiscard]] bool counts_next(TaskId task) const noexcept;
    [[nodiscard]] std::uint64_t left_of(TaskId task) const noexcept;
    std::optional<TaskId> draw_of(TaskSet tasks, Draws& draws) const noexcept;

    std::array<std::vector<bool>, tasks_max> counts_;  // which turns of each task, so far as known
    std::array<std::size_t, tasks_max> taken_{};       // in this run
    std::optional<TaskId> drawn_;                      // whose turn is the next that counts
};

}  // namespace interlock::models
