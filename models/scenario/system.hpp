// The seam between a scenario and the job system under check: the shipped core, or a revision of
// the reference decorator.
#pragma once

#include "core/job/status.hpp"
#include "models/scenario/program.hpp"
#include "models/trace/state.hpp"

#include <exception>

namespace interlock::models {

inline constexpr std::uint16_t no_error = 0xffff;

// An error on its way up: one of the scenario's, or none that it names.
struct Raised {
    std::uint16_t error = no_error;
};

class Preemption;

// Runs the steps of a body in the current task. Throws Raised and Cancelled.
class BodyRunner {
  public:
    BodyRunner() = default;
    BodyRunner(const BodyRunner&) = delete;
    BodyRunner& operator=(const BodyRunner&) = delete;
    virtual ~BodyRunner() = default;

    virtual void run_body(Block body) = 0;

    // Hears of each event of a call; nothing: tasks suspend by themselves only.
    virtual Preemption* preemption() noexcept { return nullptr; }

    // Whether the scenario's condition of this number holds now.
    [[nodiscard]] virtual bool holds(std::uint16_t condition) const noexcept = 0;
};

// What a caller sees of a call; `error` is what it threw, if that is known.
struct CallResult {
    Status status = Status::ran;
    bool is_error = false;  // the caller's body ends by it, unless the call catches it
    std::exception_ptr error;
};

class System {
  public:
    System() = default;
    System(const System&) = delete;
    System& operator=(const System&) = delete;
    virtual ~System() = default;

    // Fresh state for an execution.
    virtual void begin() = 0;

    // Makes the call of `site` in the current task: the policy decides whether its body runs.
    virtual CallResult call(std::uint16_t site) = 0;

    // Does what a scenario's own steps do not: starts child tasks, waits for them, and whatever
    // else Operation::Kind leaves to the system. Throws as a body does.
    virtual void run(const Operation& operation) = 0;

    // Asks a task to stop.
    virtual void cancel(TaskId task) = 0;

    // In its last turn: a task that another started is over, by `error` if there is one.
    virtual void end_child(TaskId task, std::exception_ptr error) noexcept = 0;

    // States all that its answers depend on from now on, besides how far each task is in its steps
    // and what its calls came to.
    virtual void state(State& state) const = 0;

    // Records which locks are still held and queued for, and by which calls.
    virtual void report_end() = 0;

    // The state goes; every task is unwound.
    virtual void discard() noexcept = 0;
};

}  // namespace interlock::models
