// Writes down what happens in an execution, with when and in whose turn.
#pragma once

#include "models/scenario/program.hpp"
#include "models/scheduler/scheduler.hpp"

namespace interlock::models {

class Recorder {
  public:
    explicit Recorder(Scheduler& scheduler) noexcept : scheduler_(scheduler) {}
    Recorder(Recorder const&) = delete;
    Recorder& operator=(Recorder const&) = delete;
    ~Recorder();

    // From here on into `trace`, which also hears of assertions of the core that fail on this
    // thread; until close().
    void open(Trace& trace) noexcept;
    void close() noexcept;

    // Fills in time, step and task. Nothing while closed.
    void add(TraceEvent event) {
        if (trace_ != nullptr) {
            event.at_ns = scheduler_.clock().now().time_since_epoch().count();
            event.step = scheduler_.step();
            event.task = scheduler_.current();
            trace_->events.push_back(event);
        }
    }

    // The same for an event of the end, which belongs to no turn but concerns `task`.
    void add_at_end(TraceEvent event, TaskId task);

    [[nodiscard]] Scheduler& scheduler() const noexcept { return scheduler_; }

  private:
    friend void record_failed_assertion(char const* expression, char const* file, int line);

    Scheduler& scheduler_;
    Trace* trace_ = nullptr;
};

}  // namespace interlock::models
