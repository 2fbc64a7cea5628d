// What explorers have in common that draw executions at random, without end.
#pragma once

#include "models/explorer/draws.hpp"
#include "models/explorer/explorer.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace interlock::models {

// Each run draws how many of the faults that are allowed it has, and at which turns, from 0 to all
// with equal chance. A run that goes on for far longer than others is fair from then on: whoever
// had no turn for longest is next, so that a body that polls does not keep others from what it
// polls for.
class Sampler : public Explorer, private Guide {
  public:
    std::optional<Plan> next() final;
    void learn(const Trace& trace) final;
    [[nodiscard]] bool is_complete() const noexcept final { return false; }

  protected:
    Sampler(std::uint64_t seed, Faults faults) noexcept : faults_(faults), seed_(seed) {}

    // Which of `enabled`, more than one, has the next turn.
    virtual TaskId pick(TaskSet enabled, Draws& draws) noexcept = 0;
    virtual void begin_run(Draws& /*draws*/) {}
    virtual void note_turn(TaskId /*task*/) noexcept {}
    virtual void end_run(const Trace& /*trace*/) {}

    [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }  // that are over
    [[nodiscard]] const Faults& faults() const noexcept { return faults_; }

  private:
    struct Planned {
        Fault fault = Fault::none;
        std::uint64_t turn = 0;  // or the next at which it is possible
    };

    Choice choose(const Trace& so_far, const ChoicePoint& possible) noexcept override;
    std::optional<Choice> take_fault(std::uint64_t turn, const ChoicePoint& possible) noexcept;
    [[nodiscard]] TaskId longest_without_turn(TaskSet enabled) const noexcept;
    void plan_faults(Fault fault, std::uint32_t allowed);
    [[nodiscard]] std::uint64_t fair_after() const noexcept;

    Faults faults_;
    std::uint64_t seed_;
    std::uint64_t begun_ = 0;  // runs; not all are learnt from: some are too long
    std::uint64_t runs_ = 0;
    Draws draws_{0, 0};
    std::vector<Planned> planned_;
    std::array<std::uint64_t, tasks_max + 1> last_turns_{};  // of each task, from 1; 0: none
    std::uint64_t longest_ = 0;                              // run, in turns
    std::uint64_t shortest_ = 0;  // run that finished, in turns; 0: none did
};

}  // namespace interlock::models
