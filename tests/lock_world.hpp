// Tasks that take one lock, let others run and give it back, for ever, where the lock passes on as
// it should not.
#pragma once

#include "core/job/errors.hpp"
#include "models/scenario/world.hpp"

#include <deque>
#include <utility>
#include <vector>

namespace interlock::test {

enum class HandOver : std::uint8_t {
    to_the_oldest,
    to_the_newest,
    to_whoever_comes,  // it is freed, and the waiter that is woken may find it taken again
};

// Of the scenario {jobs: {j: {concurrency: queue}}, tasks: {t: {steps: [{call: j}], count: …,
// repeat: forever}}}, with a lock of its own instead of the core.
class LockWorld final : public models::World {
  public:
    LockWorld(const models::Program& program, models::Scheduler& scheduler, HandOver hand_over)
        : program_(program), scheduler_(scheduler), hand_over_(hand_over) {}

    [[nodiscard]] std::size_t task_count() const noexcept override { return program_.tasks.size(); }
    [[nodiscard]] bool is_endless() const noexcept override { return true; }

    void begin(models::Trace& trace) override {
        trace_ = &trace;
        trace.outcomes.assign(program_.sites.size(), models::never_made);
        holder_ = nobody;
        waiting_.clear();
        calls_.assign(task_count(), 0);
        stages_.assign(task_count(), 0);
        count_ = 0;
    }

    void run(models::TaskId task) noexcept override {
        try {
            while (true) {
                call(task.value);
                add(models::EventKind::repeats, task.value);
                trace_->outcomes[task.value] = models::never_made;
                suspend(task.value, 1);
            }
        } catch (const Cancelled&) {  // after the end
        }
    }

    void state(const models::Trace& /*so_far*/, models::State& state) const override {
        for (std::size_t task = 0; task < task_count(); ++task) {
            const models::TaskId id{static_cast<std::uint8_t>(task)};
            state.add(id, models::Part::position, stages_[task]);
            if (holder_ == task) {
                state.add(id, models::Part::lock, 0);
            }
        }
        for (std::size_t place = 0; place < waiting_.size(); ++place) {
            state.add(
                models::TaskId{static_cast<std::uint8_t>(waiting_[place])},
                models::Part::lock,
                1,
                place
            );
        }
    }

    void end() override { trace_ = nullptr; }
    void discard() noexcept override {}

  private:
    static constexpr std::size_t nobody = models::tasks_max;

    models::TraceEvent& add(models::EventKind kind, std::size_t task) {
        const models::Instant& now = scheduler_.instant();
        models::TraceEvent& event = trace_->events.emplace_back();
        event.at_ns = now.at_ns;
        event.step = now.step;
        event.task = now.task;
        event.kind = kind;
        if (kind >= models::EventKind::arrived) {
            event.call = calls_[task];
            event.site = static_cast<std::uint16_t>(task);
            event.lock = 0;
        }
        return event;
    }

    void suspend(std::size_t task, std::uint32_t stage) {
        stages_[task] = stage;
        scheduler_.suspend();
    }

    void call(std::size_t task) {
        using models::EventKind;
        calls_[task] = ++count_;
        trace_->outcomes[task] = models::stuck;
        add(EventKind::arrived, task);
        acquire(task);
        add(EventKind::admitted, task);
        add(EventKind::started, task);
        suspend(task, 2);
        add(EventKind::finished, task);
        add(EventKind::released, task);
        release();
        trace_->outcomes[task] = models::code_of(Status::ran);
    }

    void acquire(std::size_t task) {
        const bool is_fair = hand_over_ != HandOver::to_whoever_comes;
        if (holder_ == nobody && (waiting_.empty() || !is_fair)) {
            holder_ = task;
            return;
        }
        add(models::EventKind::queued, task);
        waiting_.push_back(task);
        stages_[task] = 3;
        do {
            scheduler_.wait();
        } while (holder_ != task && holder_ != nobody);
        if (!is_fair) {
            std::erase(waiting_, task);
            holder_ = task;
        }
    }

    void release() {
        holder_ = nobody;
        if (waiting_.empty()) {
            return;
        }
        const std::size_t next =
            hand_over_ == HandOver::to_the_newest ? waiting_.back() : waiting_.front();
        if (hand_over_ != HandOver::to_whoever_comes) {
            std::erase(waiting_, next);
            holder_ = next;
            add(models::EventKind::granted, next);
        }
        scheduler_.wake(models::TaskId{static_cast<std::uint8_t>(next)});
    }

    const models::Program& program_;
    models::Scheduler& scheduler_;
    const HandOver hand_over_;
    models::Trace* trace_ = nullptr;
    std::size_t holder_ = nobody;
    std::deque<std::size_t> waiting_;
    std::vector<std::uint32_t> calls_;   // of each task: the number of the one that it makes
    std::vector<std::uint32_t> stages_;  // of each task: where it is suspended
    std::uint32_t count_ = 0;            // calls made
};

}  // namespace interlock::test
