// What the scheduler runs: tasks, and the state that they share.
#pragma once

#include "models/time/rules.hpp"
#include "models/trace/state.hpp"
#include "models/trace/trace.hpp"

#include <set>
#include <vector>

namespace interlock::models {

// Per execution: begin(), run() of each task in a fiber of its own, end(). The tasks suspend only
// through the scheduler or through the core's waits.
class World {
  public:
    World() = default;
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    virtual ~World() = default;

    // At most tasks_max.
    [[nodiscard]] virtual std::size_t task_count() const noexcept = 0;

    // The tasks that begin by themselves: the first so many; the others when a task starts them.
    [[nodiscard]] virtual std::size_t beginners() const noexcept { return task_count(); }

    // Whether tasks may go on for ever: then executions are to be cut short.
    [[nodiscard]] virtual bool is_endless() const noexcept { return false; }

    // Fresh state; `trace` is where to record events until end().
    virtual void begin(Trace& trace) = 0;

    // The body of `task`. Must not throw.
    virtual void run(TaskId task) noexcept = 0;

    // What the clock decides in it: asked where time may pass at any moment.
    [[nodiscard]] virtual TimeRules time_rules() const { return {}; }

    // A fault cancels `task`, which has begun and is not over. True if this has done it, because it
    // is more than Scheduler::cancel() here.
    virtual bool cancel(TaskId /*task*/) { return false; }

    // What the turn that has just ended touched, besides its own task and those that it cancelled:
    // the scheduler knows these. It woke `woken`. Asked after every turn of a guided execution.
    virtual Footprint touched(TaskSet /*woken*/) { return Footprint::everything(); }

    // Of each task, the first of those that do the same and that nothing tells apart but their
    // number; itself if there is none.
    [[nodiscard]] virtual std::vector<TaskId> alike() const {
        std::vector<TaskId> alike;
        for (std::size_t task = 0; task < task_count(); ++task) {
            alike.push_back(TaskId{static_cast<std::uint8_t>(task)});
        }
        return alike;
    }

    // Adds what executions with tasks exchanged that are alike come to. False, and nothing is
    // added, if that would be too many.
    virtual bool exchange(std::set<std::vector<std::uint8_t>>& /*outcomes*/) const { return true; }

    // States everything that what follows depends on, besides what the scheduler knows. Whoever
    // does not say remembers all that happened.
    virtual void state(const Trace& so_far, State& state) const { state.add_all(so_far); }

    // Every task ended or waits for ever (trace.unfinished); nothing is unwound yet. Records what
    // is left, and nothing of what follows.
    virtual void end() = 0;

    // Every task is unwound: the state may go.
    virtual void discard() noexcept = 0;
};

}  // namespace interlock::models
