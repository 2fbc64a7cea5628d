// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010).
#pragma once

#include "models/explorer/sampler.hpp"

namespace interlock::models {

// Each task has a priority, drawn for each run, and the first of those that are ready has the next
// turn. At some choices, drawn as well, the one whose turn it would be comes after all others from
// then on. How many such choices there are is drawn from 0 to `depth` - 1: always the most of them
// would put bugs out of reach that need fewer.
//
// A bug of depth d is one that shows whenever d turns come in a certain order. With n tasks and k
// choices in a run, a run finds it with a chance of at least 1 / (depth * n * k^(d-1)). The n and k
// are those that were seen; the runs before they last grew do not count.
class Pct final : public Sampler {
  public:
    Pct(std::uint64_t seed, std::uint32_t depth, Faults faults = {}) noexcept
        : Sampler(seed, faults), depth_(depth) {}

    void describe(Guarantee& guarantee) const override;

  private:
    TaskId pick(TaskSet enabled, Draws& draws) noexcept override;
    void begin_run(Draws& draws) override;
    void note_turn(TaskId task) noexcept override { seen_ |= set_of(task); }
    void end_run(const Trace& trace) override;
    [[nodiscard]] TaskId first_of(TaskSet tasks) const noexcept;

    std::uint32_t depth_;
    std::array<std::uint64_t, tasks_max> priorities_{};  // of each task; 0: not drawn yet
    std::vector<std::uint64_t> changes_;                 // at which choices, from 1
    TaskSet seen_ = 0;
    std::uint64_t choices_ = 0;
    std::uint32_t tasks_most_ = 0;
    std::uint64_t choices_most_ = 0;
    std::uint64_t runs_that_count_ = 0;
};

}  // namespace interlock::models
