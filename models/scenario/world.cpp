#include "models/scenario/world.hpp"

#include "core/job/errors.hpp"
#include "models/revisions/revision.hpp"

#include <algorithm>

namespace interlock::models {

std::string_view name_of_outcome(OutcomeCode code) noexcept {
    return code == stuck ? "stuck" : name_of(static_cast<Status>(code - 2));
}

ScenarioWorld::ScenarioWorld(const Program& program, Scheduler& scheduler)
    : program_(program),
      scheduler_(scheduler),
      recorder_(scheduler),
      system_(revision_named(program.revision)->make(program, recorder_, *this)),
      conditions_(program.conditions.size()),
      mutexes_(program.mutex_locks.size()) {}

void ScenarioWorld::begin(Trace& trace) {
    trace_ = &trace;
    trace.outcomes.assign(program_.sites.size(), never_made);
    recorder_.open(trace);
    std::fill(conditions_.begin(), conditions_.end(), true);
    for (Mutex& mutex : mutexes_) {
        mutex = {};
    }
    system_->begin();
}

void ScenarioWorld::run(TaskId task) noexcept {
    recorder_.add(EventKind::began);
    auto how = Status::ran;
    try {
        run_body(program_.tasks[task.value].steps);
    } catch (const Cancelled&) {
        how = Status::cancelled;
    } catch (const Raised&) {
        how = Status::failed;
    }
    recorder_.add(EventKind::ended).detail = static_cast<std::uint8_t>(how);
}

void ScenarioWorld::run_body(Block body) {
    for (std::size_t i = body.first; i < body.last; ++i) {
        run(program_.operations[i]);
    }
}

void ScenarioWorld::run(const Operation& operation) {
    switch (operation.kind) {
        case Operation::Kind::work:
            for (std::uint32_t i = 0; i < operation.times; ++i) {
                recorder_.add(EventKind::worked);
                if (scheduler_.suspend(operation.is_in_body)) {
                    raise_by_fault();
                }
            }
            return;
        case Operation::Kind::sleep:
            recorder_.add(EventKind::slept);
            if (scheduler_.sleep(operation.duration, operation.is_in_body)) {
                raise_by_fault();
            }
            return;
        case Operation::Kind::call:
            call(operation.index);
            return;
        case Operation::Kind::raise:
            recorder_.add(EventKind::raised);
            throw Raised{operation.index};
        case Operation::Kind::cancel:
            recorder_.add(EventKind::cancel_sent).call = operation.index;
            scheduler_.cancel(TaskId{static_cast<std::uint8_t>(operation.index)});
            return;
        case Operation::Kind::set: {
            conditions_[operation.index] = operation.times != 0;
            TraceEvent& event = recorder_.add(EventKind::set);
            event.call = operation.index;
            event.detail = static_cast<std::uint8_t>(operation.times);
            return;
        }
        case Operation::Kind::hold:
            hold(operation.index);
            return;
        case Operation::Kind::unhold:
            unhold(operation.index);
            return;
    }
}

void ScenarioWorld::raise_by_fault() {
    recorder_.add(EventKind::raised).detail = static_cast<std::uint8_t>(Fault::raise);
    throw Raised{};
}

void ScenarioWorld::call(std::uint16_t site) {
    trace_->outcomes[site] = stuck;
    const CallResult result = system_->call(site);
    if (scheduler_.is_unwinding()) {
        throw Cancelled();  // after the end nothing counts
    }
    trace_->outcomes[site] = code_of(result.status);
    switch (result.status) {
        case Status::ran:
        case Status::throttled:
            return;  // a skipped call is no error
        case Status::cancelled:
            throw Cancelled();  // never caught by a scenario: its task is to end
        case Status::failed:
            if (!program_.sites[site].catches) {
                std::rethrow_exception(result.error);
            }
            return;
        default:
            if (!program_.sites[site].catches) {
                throw Raised{};
            }
    }
}

void ScenarioWorld::hold(std::uint16_t index) {
    Mutex& mutex = mutexes_[index];
    recorder_.add(EventKind::wants).lock = program_.mutex_locks[index];
    scheduler_.take(mutex.model);
    mutex.holder = scheduler_.current();
    recorder_.add(EventKind::held).lock = program_.mutex_locks[index];
}

void ScenarioWorld::unhold(std::uint16_t index) {
    const bool goes_on = scheduler_.give_back(mutexes_[index].model);
    recorder_.add(EventKind::unheld).lock = program_.mutex_locks[index];
    if (!goes_on) {
        throw Cancelled();
    }
}

void ScenarioWorld::end() {
    for (std::size_t i = 0; i < mutexes_.size(); ++i) {
        if (mutexes_[i].model.is_held) {
            TraceEvent& event = recorder_.add(EventKind::still_held);
            event.lock = program_.mutex_locks[i];
            event.task = mutexes_[i].holder;
        }
    }
    system_->report_end();
    recorder_.close();
}

}  // namespace interlock::models
