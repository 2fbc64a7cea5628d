// Writes down what happens in an execution, with when and in whose turn.
#pragma once

#include "models/scenario/program.hpp"
#include "models/scheduler/scheduler.hpp"

namespace interlock::models {

class Recorder {
  public:
    explicit Recorder(Scheduler& scheduler) noexcept
        : scheduler_(scheduler), instant_(scheduler.instant()) {}
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    ~Recorder();

    // From here on into `trace`, which also hears of assertions of the core that fail on this
    // thread; until close().
    void open(Trace& trace) noexcept;
    void close() noexcept;

    // Adds an event that happens now, in the current turn; the caller fills in what it is about.
    // After close() the event goes nowhere. Inlined, so that no field is written twice: a search
    // adds millions a second.
    [[gnu::always_inline]] TraceEvent& add(EventKind kind) {
        const Instant now = instant_;
        TraceEvent& event = trace_ != nullptr ? trace_->events.emplace_back() : nowhere_;
        event.at_ns = now.at_ns;
        event.step = now.step;
        event.task = now.task;
        event.kind = kind;
        return event;
    }

    [[nodiscard]] Scheduler& scheduler() const noexcept { return scheduler_; }

  private:
    friend void record_failed_assertion(const char* expression, const char* file, int line);

    Scheduler& scheduler_;
    const Instant& instant_;
    Trace* trace_ = nullptr;
    TraceEvent nowhere_;
};

}  // namespace interlock::models
