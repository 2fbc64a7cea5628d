// The shipped core, as it ships, behind the seam.
#pragma once

#include "core/fiber.hpp"
#include "core/job/task.hpp"
#include "models/scenario/horizons.hpp"
#include "models/scenario/recorder.hpp"
#include "models/scenario/system.hpp"

#include <optional>
#include <vector>

namespace interlock::models {

class CoreSystem final : public System, private Observer {
  public:
    CoreSystem(const Program& program, Recorder& recorder, BodyRunner& runner);

    void begin() override;
    CallResult call(std::uint16_t site) override;
    void run(const Operation& operation) override;
    void cancel(TaskId task) override;
    void end_child(TaskId task, std::exception_ptr error) noexcept override;
    void state(State& state) const override;
    void report_end() override;
    void discard() noexcept override;

  private:
    struct Body {
        BodyRunner* runner = nullptr;
        void operator()(Block body) const { runner->run_body(body); }
    };

    // Where a call of the core is made from, by the number that the core gave it.
    struct Caller {
        std::uint16_t site = no_site;
        TaskId task;
    };

    // A task that another started: by the core, in a fiber of its own.
    struct Child {
        enum class State : std::uint8_t { dormant, running, joined };

        Task<FiberRuntime, void> task;
        std::exception_ptr error;
        State state = State::dormant;
    };

    void start(std::uint8_t task, bool is_apart);
    void gather(const Fork& fork);
    // What the task came to; throws Raised if it is refused, because it would wait for ever.
    std::exception_ptr join(std::uint8_t task);
    void throw_if_stopped() const;
    Child& child(std::uint8_t task) { return children_[task - program_.beginners]; }

    void on_event(const Event& event) noexcept override;
    void report_end(const Occupancy& occupancy, std::uint16_t lock);
    void state_lock(const Occupancy& occupancy, std::uint16_t lock, State& state) const;
    void state_throttle(
        const Throttling& throttling, Duration horizon, std::uint16_t key, State& state
    ) const;

    const Program& program_;
    Recorder& recorder_;
    BodyRunner& runner_;
    Preemption* const preemption_;
    std::vector<std::uint16_t> arriving_;  // the site of the call that each task is about to make
    std::vector<Caller> callers_;          // index: number of the call
    std::vector<const Fork*> gathering_;   // what each task waits for
    const Horizons horizons_;

    // Made anew for each execution.
    std::optional<fiber::JobRegistry> registry_;
    std::vector<fiber::JobGroup> groups_;
    std::vector<std::optional<fiber::Job<Body>>> jobs_;
    std::vector<Child> children_;  // of the tasks that do not begin by themselves
};

}  // namespace interlock::models
