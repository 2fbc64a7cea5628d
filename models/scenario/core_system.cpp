#include "models/scenario/core_system.hpp"

#include <array>
#include <functional>

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
      arriving_(program.tasks.size(), no_site),
      jobs_(program.jobs.size()) {
    groups_.reserve(program.groups.size());
}

void CoreSystem::begin() {
    callers_.assign(1, {});
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
        jobs_[i].emplace(*registry_, job.name, job.policy, Body{&runner_}, std::move(options));
    }
}

CallResult CoreSystem::call(std::uint16_t site) {
    const Site& at = program_.sites[site];
    Scheduler& scheduler = recorder_.scheduler();
    arriving_[scheduler.current().value] = site;
    auto call = jobs_[at.job]->until(std::cref(scheduler.stop_token()));
    const auto outcome = at.group == no_group ? std::move(call).call(at.body)
                                              : std::move(call).on(groups_[at.group]).call(at.body);
    return {outcome.status(), outcome.error()};
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
}

void CoreSystem::report_end() {
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        report_end(groups_[i].snapshot(), program_.group_locks[i]);
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
    for (auto& job : jobs_) {
        job.reset();
    }
    groups_.clear();
    registry_.reset();
}

}  // namespace interlock::models
