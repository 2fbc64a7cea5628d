// The tasks of a scenario on a job system.
#pragma once

#include "models/scenario/footprints.hpp"
#include "models/scenario/preemption.hpp"
#include "models/scenario/recorder.hpp"
#include "models/scenario/system.hpp"
#include "models/scenario/time_rules.hpp"

#include <memory>
#include <vector>

namespace interlock::models {

// How a call ended, in Trace::outcomes: 0 never made, 1 made and never ended, 2 + Status.
using OutcomeCode = std::uint8_t;
inline constexpr OutcomeCode never_made = 0;
inline constexpr OutcomeCode stuck = 1;
constexpr OutcomeCode code_of(Status status) noexcept {
    return static_cast<OutcomeCode>(2 + static_cast<OutcomeCode>(status));
}

// "stuck", or the status; not for never_made.
std::string_view name_of_outcome(OutcomeCode code) noexcept;

class Listener;

class ScenarioWorld final : public World, private BodyRunner {
  public:
    // All outlive the world. `listener` hears what a revision of the reference says.
    ScenarioWorld(const Program& program, Scheduler& scheduler, Listener* listener = nullptr);

    [[nodiscard]] std::size_t task_count() const noexcept override { return program_.tasks.size(); }
    [[nodiscard]] std::size_t beginners() const noexcept override { return program_.beginners; }
    [[nodiscard]] TimeRules time_rules() const override { return time_rules_of(program_); }
    [[nodiscard]] bool is_endless() const noexcept override { return is_endless_; }
    void begin(Trace& trace) override;
    void run(TaskId task) noexcept override;
    bool cancel(TaskId task) override {
        system_->cancel(task);
        return true;
    }
    [[nodiscard]] std::vector<TaskId> alike() const override;
    bool exchange(std::set<std::vector<std::uint8_t>>& outcomes) const override;
    void state(const Trace& so_far, State& state) const override;
    Footprint touched(TaskSet woken) override;
    void end() override;
    void discard() noexcept override { system_->discard(); }

  private:
    // How far a body is: linked on the stack of the task that runs it.
    struct Position {
        const Position* outer = nullptr;  // of the body that made the call; none: of the task's own
        std::int64_t since_ns = 0;
        std::uint32_t left = 0;       // of work: how often it is still to be done, with this one
        std::uint16_t operation = 0;  // that it does, or has begun
    };

    void state_position(TaskId task, State& state) const;
    void run_body(Block body) override;
    Preemption* preemption() noexcept override { return preemption_.get(); }
    [[nodiscard]] bool holds(std::uint16_t condition) const noexcept override {
        return conditions_[condition];
    }
    void run(const Operation& operation, Position& at);
    [[noreturn]] void raise_by_fault();
    void call(std::uint16_t site);
    void try_again(std::uint16_t site);
    void begin_again(TaskId task);
    void hold(std::uint16_t index);
    void unhold(std::uint16_t index);

    struct Mutex {
        ModelMutex model;
        TaskId holder;
    };

    const Program& program_;
    Scheduler& scheduler_;
    Recorder recorder_;
    std::unique_ptr<Preemption> preemption_;  // in that discipline
    std::unique_ptr<System> system_;
    Footprints footprints_;
    std::vector<bool> conditions_;
    std::vector<Mutex> mutexes_;
    std::vector<const Position*> positions_;  // of each task, the innermost
    Trace* trace_ = nullptr;
    const bool is_endless_;
};

}  // namespace interlock::models
