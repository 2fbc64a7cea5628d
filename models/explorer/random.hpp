// Executions drawn uniformly from all interleavings, as far as the tasks' numbers of turns are
// known (Zhao, Wolff, Mathur, Roychoudhury, ASPLOS 2025).
#pragma once

#include "models/explorer/sampler.hpp"

namespace interlock::models {

// How many turns a task is believed to have left, times `runs`, that took `turns` in `runs` runs
// and `taken` in this one.
constexpr std::uint64_t turns_left(
    std::uint64_t turns, std::uint64_t runs, std::uint64_t taken
) noexcept {
    std::uint64_t const past = taken * runs;
    return std::max({std::uint64_t{1}, runs, turns > past ? turns - past : 0});
}

// turns_left(), or a wrong one where a test wants to see it caught.
using TurnsLeft = decltype(&turns_left);

// Of the tasks that are ready, each is next with a chance in proportion to the turns that it has
// left. Where all take as many turns as in earlier runs and none waits for another, that makes
// every interleaving equally likely: of C(a + b, a) interleavings of a and b turns, C(a + b - 1, a
// - 1) begin with the first task, which is the part a / (a + b).
class Random final : public Sampler {
  public:
    explicit Random(std::uint64_t seed, Faults faults = {}, TurnsLeft left = &turns_left) noexcept
        : Sampler(seed, faults), left_(left) {}

  private:
    TaskId pick(TaskSet enabled, Draws& draws) noexcept override;
    void begin_run(Draws& draws) override;
    void note_turn(TaskId task) noexcept override { ++taken_[task.value]; }
    void end_run(const Trace& trace) override;
    [[nodiscard]] std::uint64_t weight_of(TaskId task) const noexcept {
        return left_(turns_[task.value], runs(), taken_[task.value]);
    }

    TurnsLeft left_;
    std::array<std::uint64_t, tasks_max> turns_{};  // of each task, in all runs that are over
    std::array<std::uint64_t, tasks_max> taken_{};  // in this one
};

}  // namespace interlock::models
