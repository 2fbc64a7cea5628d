#include "models/explore/explore.hpp"

#include "core/job/errors.hpp"
#include "models/replay.hpp"
#include "models/trace/schedule.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <ostream>

namespace interlock::models {

CodeWorld::~CodeWorld() {
    while (!owned_.empty()) {
        owned_.pop_back();
    }
}

void CodeWorld::task(std::string name, std::function<void()> body) {
    tasks_.push_back({std::move(name), std::move(body)});
}

void CodeWorld::at_end(std::function<void()> check) {
    at_end_ = std::move(check);
}

void CodeWorld::yield() {
    note("lets others run");
    scheduler_.suspend();
}

void CodeWorld::sleep(Duration duration) {
    note("sleeps");
    scheduler_.sleep(duration);
}

void CodeWorld::expect(bool holds, std::string_view what) {
    if (!holds && problem_.empty()) {
        problem_ = what;
        note("finds: " + problem_);
    }
}

void CodeWorld::note(std::string_view what) {
    if (takes_notes_ && !scheduler_.is_unwinding()) {
        notes_.push_back({scheduler_.instant().step, scheduler_.current(), std::string(what)});
    }
}

// Runs the scenario, again and again, and judges what came of it.
class CodeExecution final : public World, public Judge {
  public:
    CodeExecution(
        Scheduler& scheduler,
        const std::function<void(CodeWorld&)>& scenario,
        Shared shared,
        std::set<std::string>& seen
    )
        : scheduler_(scheduler), scenario_(scenario), shared_(shared), seen_(seen) {
        make();
        tasks_ = world_->tasks_.size();
        world_.reset();
    }

    void take_notes() { takes_notes_ = true; }
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
    [[nodiscard]] const std::string& table() const noexcept { return table_; }
    [[nodiscard]] bool has_changed() const noexcept { return has_changed_; }
    [[nodiscard]] std::size_t tasks() const noexcept { return tasks_; }

    [[nodiscard]] std::size_t task_count() const noexcept override { return tasks_; }

    void begin(Trace& trace) override {
        trace_ = &trace;
        problem_.clear();
        make();
        has_changed_ = has_changed_ || world_->tasks_.size() != tasks_;
    }

    void run(TaskId task) noexcept override {
        if (task.value >= world_->tasks_.size()) {
            return;
        }
        try {
            world_->note("begins");
            world_->tasks_[task.value].body();
            world_->note("ends");
        } catch (const Cancelled&) {
            world_->note("ends, cancelled");
        } catch (const std::exception& error) {
            world_->expect(false, std::string("a task ends by an error: ") + error.what());
        } catch (...) {
            world_->expect(false, "a task ends by an error");
        }
    }

    Footprint touched(TaskSet woken) override {
        if (shared_ == Shared::anything) {
            return Footprint::everything();
        }
        Footprint print = std::exchange(world_->footprint_, {});
        print.tasks |= woken;
        return print;
    }

    void end() override {
        if (trace_->unfinished == 0 && world_->at_end_) {
            world_->at_end_();
        }
        problem_ = world_->problem_;
        if (problem_.empty() && trace_->unfinished != 0) {
            for (TaskSet left = trace_->unfinished; left != 0; left &= left - 1) {
                problem_ += (problem_.empty() ? "" : ", ") + name_of(lowest(left));
            }
            problem_ += std::string(
                trace_->ending == Ending::too_long ? " did not end in time" : " waits for ever"
            );
        }
        if (takes_notes_) {
            write_table();
        }
    }

    void discard() noexcept override { world_.reset(); }

    void judge(const Trace& /*trace*/, std::vector<Finding>& findings) override {
        if (!problem_.empty()) {
            findings.push_back({.property = Property::assertion});
        }
    }

  private:
    void make() {
        world_.emplace(scheduler_, seen_);
        world_->takes_notes_ = takes_notes_;
        scenario_(*world_);
    }

    [[nodiscard]] std::string name_of(TaskId task) const { return world_->tasks_[task.value].name; }

    void write_table() {
        std::size_t width = 4;
        for (const auto& task : world_->tasks_) {
            width = std::max(width, task.name.size());
        }
        table_ = "step  " + ("task" + std::string(width - 4, ' ')) + "\n";
        std::uint32_t last = 0;
        for (const CodeWorld::Note& note : world_->notes_) {
            std::string name = name_of(note.task);
            std::string step = std::to_string(note.step);
            name.resize(width, ' ');
            step.insert(0, step.size() < 4 ? 4 - step.size() : 0, ' ');
            step.append("  ").append(name);
            table_.append(note.step == last ? std::string(step.size(), ' ') : step)
                .append("  ")
                .append(note.text)
                .append("\n");
            last = note.step;
        }
    }

    Scheduler& scheduler_;
    const std::function<void(CodeWorld&)>& scenario_;
    Shared shared_;
    std::set<std::string>& seen_;
    std::size_t tasks_ = 0;
    std::optional<CodeWorld> world_;
    Trace* trace_ = nullptr;
    std::string problem_;
    std::string table_;
    bool takes_notes_ = false;
    bool has_changed_ = false;
};

namespace {

Exploration broken(std::string why) {
    Exploration result;
    result.verdict = Verdict::broken;
    result.problem = std::move(why);
    return result;
}

std::string problem_in(const ExploreOptions& options) {
    if (options.faults.raise != 0) {
        return "bodies that are code have no fault 'raise'; throw in the body instead";
    }
    ExploreSpec explore;
    explore.strategy = options.strategy;
    explore.faults = options.faults;
    return problem_of(explore);
}

}  // namespace

Exploration explore(
    const ExploreOptions& options, const std::function<void(CodeWorld&)>& scenario
) {
    if (std::string problem = problem_in(options); !problem.empty()) {
        return broken(std::move(problem));
    }
    Exploration result;
    Scheduler scheduler({.steps_max = options.steps_max});
    CodeExecution execution(scheduler, scenario, options.shared, result.seen);
    if (execution.tasks() > tasks_max) {
        return broken("there are more tasks than " + std::to_string(tasks_max));
    }
    CheckOptions how;
    how.strategy = options.strategy;
    how.budget = options.budget;
    how.seed = options.seed;
    how.faults = options.faults;
    if (!options.schedule.empty()) {
        const auto schedule = schedule_from(options.schedule, result.problem);
        if (!schedule) {
            return broken(result.problem);
        }
        how = replay_of(*schedule);
    }
    Result found = check(scheduler, execution, execution, how);
    result.verdict = found.verdict;
    result.problem = found.why;
    result.executions = found.executions;
    result.blocked = found.blocked;
    if (execution.has_changed()) {
        return broken("the function made another number of tasks than the first time");
    }
    if (found.verdict != Verdict::violated) {
        return result;
    }
    // Once more, with the notes.
    const Trace& trace = found.violations.front().trace;
    const std::vector<Choice> choices = choices_of(trace);
    Trace again;
    execution.take_notes();
    scheduler.run(execution, {.prefix = choices, .faults = trace.faults}, again);
    result.problem = execution.problem();
    result.table = execution.table();
    result.schedule = text_of(schedule_of(0, trace));
    result.switches = trace.switches;
    return result;
}

std::string text_of(const Exploration& exploration) {
    std::string text = std::string(name_of(exploration.verdict)) + " after " +
                       std::to_string(exploration.executions) + " executions";
    if (!exploration.problem.empty()) {
        text += ": " + exploration.problem;
    }
    if (!exploration.table.empty()) {
        text += "\n\n" + exploration.table + "\nAgain: schedule " + exploration.schedule;
    }
    return text + "\n";
}

std::ostream& operator<<(std::ostream& out, const Exploration& exploration) {
    return out << text_of(exploration);
}

}  // namespace interlock::models
