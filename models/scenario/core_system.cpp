#include "models/scenario/core_system.hpp"

#include "core/job/errors.hpp"
#include "models/scenario/preemption.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace interlock::models {

namespace {

models::EventKind kind_of(Reason reason) noexcept {
    switch (status_of(reason)) {
        case Status::throttled:
            return EventKind::throttled;
        case Status::rate_limited:
            return EventKind::rate_limited;
        case Status::condition_failed:
            return EventKind::condition_failed;
        case Status::timed_out:
            return EventKind::timed_out;
        case Status::would_deadlock:
            return EventKind::would_deadlock;
        default:
            return reason == Reason::replaced ? EventKind::replaced : EventKind::rejected;
    }
}

models::EventKind kind_of(const Event& event) noexcept {
    static constexpr std::array kinds{
        EventKind::arrived,
        EventKind::queued,
        EventKind::granted,
        EventKind::admitted,
        EventKind::rejected,  // or what its reason says
        EventKind::cancelled,
        EventKind::started,
        EventKind::finished,
        EventKind::released,
    };
    static_assert(kinds.size() == static_cast<std::size_t>(interlock::EventKind::released) + 1);
    return event.kind == interlock::EventKind::refused
               ? kind_of(event.reason)
               : kinds[static_cast<std::size_t>(event.kind)];
}

}  // namespace

CoreSystem::CoreSystem(const Program& program, Recorder& recorder, BodyRunner& runner)
    : program_(program),
      recorder_(recorder),
      runner_(runner),
      preemption_(runner.preemption()),
      arriving_(program.tasks.size(), no_site),
      gathering_(program.tasks.size(), nullptr),
      horizons_(program),
      jobs_(program.jobs.size()),
      children_(program.tasks.size() - program.beginners) {
    groups_.reserve(program.groups.size());
}

void CoreSystem::begin() {
    callers_.assign(1, {});
    std::fill(gathering_.begin(), gathering_.end(), nullptr);
    registry_.emplace(recorder_.scheduler().clock(), static_cast<Observer*>(this));
    for (const std::string& group : program_.groups) {
        groups_.emplace_back(*registry_, group);
    }
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
        const ProgramJob& job = program_.jobs[i];
        JobOptions options;
        for (std::uint16_t const condition : job.conditions) {
            options.conditions.push_back(
                {.name = program_.conditions[condition],
                 .holds = [this, condition] { return runner_.holds(condition); }}
            );
        }
        const std::string name =
            job.object == no_group ? job.name : job.name + "@" + program_.objects[job.object];
        jobs_[i].emplace(*registry_, name, job.policy, Body{&runner_}, std::move(options));
    }
}

CallResult CoreSystem::call(std::uint16_t site) {
    const Site& at = program_.sites[site];
    Scheduler& scheduler = recorder_.scheduler();
    arriving_[scheduler.current().value] = site;
    const auto call = [&] { return jobs_[at.job]->until(std::cref(scheduler.stop_token())); };
    const auto outcome =
        at.group == no_group ? call().call(at.body) : call().on(groups_[at.group]).call(at.body);
    const Status status = outcome.status();
    // A skipped call is no error.
    return {status, status != Status::ran && status != Status::throttled, outcome.error()};
}

void CoreSystem::run(const Operation& operation) {
    if (operation.kind == Operation::Kind::shift) {
        recorder_.add(EventKind::clock_set).retry_after_ns = operation.duration.count();
        return;  // the core has no wall clock
    }
    if (operation.kind == Operation::Kind::join) {
        const auto task = static_cast<std::uint8_t>(operation.index);
        if (child(task).state == Child::State::dormant) {
            recorder_.add(EventKind::joins).call = task;
            recorder_.add(EventKind::joined).call = task;
            return;
        }
        join(task);
        throw_if_stopped();
        return;
    }
    const Fork& fork = program_.forks[operation.index];
    for (std::uint8_t task = fork.first; task < fork.last; ++task) {
        start(task, operation.kind == Operation::Kind::detach);
    }
    if (operation.kind == Operation::Kind::gather) {
        gather(fork);
    }
}

void CoreSystem::start(std::uint8_t task, bool is_apart) {
    recorder_.add(EventKind::spawned).call = task;
    recorder_.scheduler().adopt(TaskId{task});
    const auto body = [this, task] {
        recorder_.scheduler().run_adopted();
        if (child(task).error != nullptr) {
            std::rethrow_exception(std::exchange(child(task).error, nullptr));
        }
    };
    child(task).task = is_apart ? spawn_apart(*registry_, body) : spawn(*registry_, body);
    child(task).state = Child::State::running;
}

void CoreSystem::gather(const Fork& fork) {
    std::uint8_t const self = recorder_.scheduler().current().value;
    gathering_[self] = &fork;
    std::exception_ptr first;
    for (std::uint8_t task = fork.first; task < fork.last; ++task) {
        const std::exception_ptr error = join(task);
        first = first == nullptr ? error : first;
    }
    gathering_[self] = nullptr;
    throw_if_stopped();
    if (first != nullptr && !fork.return_exceptions) {
        std::rethrow_exception(first);
    }
}

std::exception_ptr CoreSystem::join(std::uint8_t task) {
    recorder_.add(EventKind::joins).call = task;
    if (preemption_ != nullptr) {
        preemption_->before_join(TaskId{task});
    }
    const auto outcome = child(task).task.join();
    if (outcome.refusal() != nullptr) {
        recorder_.add(EventKind::join_refused).call = task;
        gathering_[recorder_.scheduler().current().value] = nullptr;
        throw Raised{};
    }
    if (preemption_ != nullptr) {
        preemption_->after_join();
    }
    child(task).state = Child::State::joined;
    recorder_.add(EventKind::joined).call = task;
    return outcome.error();
}

void CoreSystem::throw_if_stopped() const {
    if (recorder_.scheduler().is_stopped(recorder_.scheduler().current())) {
        throw Cancelled();
    }
}

// The core lets nobody out of a join: who waits for its children stops when they have.
void CoreSystem::cancel(TaskId task) {
    recorder_.scheduler().cancel(task);
    if (const Fork* const fork = gathering_[task.value]; fork != nullptr) {
        for (std::uint8_t child = fork->first; child < fork->last; ++child) {
            cancel(TaskId{child});
        }
    }
}

void CoreSystem::end_child(TaskId task, std::exception_ptr error) noexcept {
    child(task.value).error = std::move(error);
}

// Once an event of the core: all of it in one piece.
[[gnu::flatten]] void CoreSystem::on_event(const Event& event) noexcept {
    if (event.kind == interlock::EventKind::arrived) {
        const TaskId task = recorder_.scheduler().current();
        callers_.push_back({arriving_[task.value], task});
    }
    std::uint16_t const site = callers_[event.call.value].site;
    TraceEvent& recorded = recorder_.add(kind_of(event));
    recorded.retry_after_ns = event.retry_after.count();
    recorded.call = static_cast<std::uint32_t>(event.call.value);
    recorded.parent = static_cast<std::uint32_t>(event.parent.value);
    recorded.site = site;
    recorded.lock = program_.sites[site].lock;
    recorded.detail = static_cast<std::uint8_t>(event.how);
    if (preemption_ != nullptr) [[unlikely]] {
        preemption_->after(TraceEvent(recorded));
    }
}

void CoreSystem::report_end() {
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (program_.group_of(static_cast<std::uint16_t>(i)) == i) {
            report_end(groups_[i].snapshot(), program_.group_locks[i]);
        }
    }
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
        if (program_.jobs[i].lock != no_lock) {
            report_end(jobs_[i]->snapshot(), program_.jobs[i].lock);
        }
    }
}

void CoreSystem::report_end(const Occupancy& occupancy, std::uint16_t lock) {
    if (!occupancy.is_held() && occupancy.waiting() == 0) {
        return;
    }
    const auto add = [&](EventKind kind, CallId call) {
        Caller const caller = call.value < callers_.size() ? callers_[call.value] : Caller{};
        TraceEvent& event = recorder_.add(kind);
        event.call = static_cast<std::uint32_t>(call.value);
        event.site = caller.site;
        event.lock = lock;
        event.task = caller.task;
    };
    for (const CallId call : occupancy.holders()) {
        add(EventKind::still_held, call);
    }
    for (const CallId call : occupancy.waiters()) {
        add(EventKind::still_queued, call);
    }
}

void CoreSystem::discard() noexcept {
    for (Child& child : children_) {
        if (child.state == Child::State::running) {
            child.task.detach();
        }
        child = {};
    }
    for (auto& job : jobs_) {
        job.reset();
    }
    groups_.clear();
    registry_.reset();
}

}  // namespace interlock::models
