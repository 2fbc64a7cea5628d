// Tasks that are code, under every interleaving: what no scenario file can say.
#pragma once

#include "core/fiber.hpp"
#include "models/check.hpp"
#include "models/trace/schedule.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace interlock::test {

// What the tasks of one execution share, and what they find wrong. Derive from it; end() says what
// must be so when all tasks are over.
class Scene {
  public:
    Scene(models::Scheduler& scheduler, std::set<std::string>& seen)
        : scheduler_(scheduler), seen_(seen) {}

    [[nodiscard]] models::Scheduler& scheduler() const noexcept { return scheduler_; }
    [[nodiscard]] TimePoint now() const noexcept { return scheduler_.clock().now(); }

    // Remembers the first `what` that does not hold.
    void expect(bool holds, std::string_view what) {
        if (!holds && problem_.empty()) {
            problem_ = what;
        }
    }
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    // That it happens in some execution.
    void see(std::string_view what) { seen_.emplace(what); }

    template <class T>
    void see(const Outcome<T>& outcome) {
        const Refusal* const refusal = outcome.refusal();
        see(refusal != nullptr ? name_of(refusal->reason) : name_of(outcome.status()));
    }

  private:
    models::Scheduler& scheduler_;
    std::set<std::string>& seen_;
    std::string problem_;
};

struct Explored {
    std::string problem;  // and the schedule that shows it; empty if all of them are good
    std::uint64_t executions = 0;
    std::set<std::string> seen;  // in any of them
};

template <class S>
class Exploration final : public models::World, public models::Judge {
  public:
    using Tasks = std::vector<std::function<void(S&)>>;

    Exploration(models::Scheduler& scheduler, Tasks tasks)
        : scheduler_(scheduler), tasks_(std::move(tasks)) {}

    Explored explored;

    [[nodiscard]] std::size_t task_count() const noexcept override { return tasks_.size(); }
    void begin(models::Trace& trace) override {
        trace_ = &trace;
        problem_.clear();
        scene_.emplace(scheduler_, explored.seen);
    }
    void run(models::TaskId task) noexcept override {
        try {
            tasks_[task.value](*scene_);
        } catch (const Cancelled&) {
            scene_->see("task cancelled");
        }
    }
    void end() override {
        if (trace_->unfinished == 0) {
            scene_->end();
        }
        problem_ = scene_->problem();
    }
    void discard() noexcept override { scene_.reset(); }

    void judge(const models::Trace& trace, std::vector<models::Finding>& findings) override {
        if (problem_.empty() && trace.ending != models::Ending::finished) {
            problem_ = "somebody waits for ever";
        }
        if (problem_.empty()) {
            return;
        }
        findings.push_back({.property = models::Property::assertion});
        if (explored.problem.empty()) {
            explored.problem = problem_ + " (tasks in turn:";
            for (const models::Choice& choice : models::choices_of(trace)) {
                explored.problem += " " + std::to_string(choice.task.value);
            }
            explored.problem += ")";
        }
    }

  private:
    models::Scheduler& scheduler_;
    Tasks tasks_;
    std::optional<S> scene_;
    models::Trace* trace_ = nullptr;
    std::string problem_;
};

// Until the first problem, or to the end.
template <class S>
Explored explore_all(typename Exploration<S>::Tasks tasks) {
    models::Scheduler scheduler({.steps_max = 1000});
    Exploration<S> exploration(scheduler, std::move(tasks));
    const models::Result result = models::check(
        scheduler, exploration, exploration, {.budget = {.executions = 3'000'000, .seconds = 100}}
    );
    if (exploration.explored.problem.empty() && !result.is_complete) {
        exploration.explored.problem = "gave up: " + result.why;
    }
    exploration.explored.executions = result.executions;
    return std::move(exploration.explored);
}

}  // namespace interlock::test
