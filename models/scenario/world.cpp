#include "models/scenario/world.hpp"

#include "core/job/errors.hpp"
#include "models/revisions/revision.hpp"

#include <algorithm>

namespace interlock::models {

std::string_view name_of_outcome(OutcomeCode code) noexcept {
    return code == stuck ? "stuck" : name_of(static_cast<Status>(code - 2));
}

namespace {

bool is_refusal(Status status) noexcept {
    return status != Status::ran && status != Status::failed && status != Status::cancelled;
}

}  // namespace

ScenarioWorld::ScenarioWorld(const Program& program, Scheduler& scheduler, Listener* listener)
    : program_(program),
      scheduler_(scheduler),
      recorder_(scheduler),
      preemption_(
          program.discipline == Discipline::preemptive
              ? std::make_unique<Preemption>(program, scheduler)
              : nullptr
      ),
      system_(revision_named(program.revision)->make(program, recorder_, *this, listener)),
      footprints_(program),
      conditions_(program.conditions.size()),
      mutexes_(program.mutex_locks.size()),
      positions_(program.tasks.size(), nullptr),
      is_endless_(program.is_endless()) {}

void ScenarioWorld::begin(Trace& trace) {
    trace_ = &trace;
    trace.outcomes.assign(program_.sites.size(), never_made);
    recorder_.open(trace);
    footprints_.begin();
    if (preemption_ != nullptr) {
        preemption_->begin();
    }
    std::fill(conditions_.begin(), conditions_.end(), true);
    for (std::uint16_t const condition : program_.unmet) {
        conditions_[condition] = false;
    }
    for (Mutex& mutex : mutexes_) {
        mutex = {};
    }
    system_->begin();
}

void ScenarioWorld::run(TaskId task) noexcept {
    const bool is_child = task.value >= program_.beginners;
    auto how = Status::ran;
    std::exception_ptr error;
    try {
        if (is_child && scheduler_.is_stopped(task)) {
            throw Cancelled();  // before it began
        }
        recorder_.add(EventKind::began);
        run_body(program_.tasks[task.value].steps);
        while (program_.tasks[task.value].repeats) {
            begin_again(task);
            run_body(program_.tasks[task.value].steps);
        }
    } catch (const Cancelled&) {
        how = Status::cancelled;
        error = std::current_exception();
    } catch (const Raised&) {
        how = Status::failed;
        error = std::current_exception();
    }
    if (is_child && preemption_ != nullptr) {
        preemption_->before_end(how);
    }
    recorder_.add(EventKind::ended).detail = static_cast<std::uint8_t>(how);
    if (is_child) {
        system_->end_child(task, std::move(error));
    }
}

Footprint ScenarioWorld::touched(TaskSet woken) {
    Footprint fine = footprints_.next(trace_->events, woken);
    if (preemption_ == nullptr) {
        return fine;
    }
    Footprint announced = preemption_->touched(trace_->turns.back());
    announced.takes = fine.takes;
    announced.frees = fine.frees;
    announced.wants = fine.wants;
    return announced;
}

void ScenarioWorld::run_body(Block body) {
    if (preemption_ != nullptr && preemption_->is_to_stop()) {
        throw Cancelled();
    }
    // Errors end it as well.
    struct Inside {
        explicit Inside(const Position*& of, std::int64_t now_ns)
            : innermost(of), at{.outer = of, .since_ns = now_ns} {
            innermost = &at;
        }
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;
        ~Inside() { innermost = at.outer; }

        const Position*& innermost;
        Position at;
    };
    Inside inside(positions_[scheduler_.current().value], scheduler_.instant().at_ns);
    for (std::uint16_t i = body.first; i < body.last; ++i) {
        inside.at.operation = i;
        run(program_.operations[i], inside.at);
    }
}

void ScenarioWorld::run(const Operation& operation, Position& at) {
    if (preemption_ != nullptr) {
        preemption_->before(operation);
    }
    switch (operation.kind) {
        case Operation::Kind::work:
            for (at.left = operation.times; at.left != 0; --at.left) {
                if (preemption_ != nullptr) {
                    preemption_->before(operation);  // each ends a turn
                }
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
            system_->cancel(TaskId{static_cast<std::uint8_t>(operation.index)});
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
        default:
            system_->run(operation);
    }
}

void ScenarioWorld::raise_by_fault() {
    recorder_.add(EventKind::raised).detail = static_cast<std::uint8_t>(Fault::raise);
    throw Raised{};
}

void ScenarioWorld::call(std::uint16_t site) {
    trace_->outcomes[site] = stuck;
    CallResult result = system_->call(site);
    while (program_.sites[site].retries && is_refusal(result.status)) {
        try_again(site);
        result = system_->call(site);
    }
    if (scheduler_.is_unwinding()) {
        throw Cancelled();  // after the end nothing counts
    }
    trace_->outcomes[site] = code_of(result.status);
    if (result.status == Status::cancelled) {
        throw Cancelled();  // never caught by a scenario: its task is to end
    }
    if (!result.is_error || program_.sites[site].catches) {
        return;
    }
    if (result.error != nullptr) {
        std::rethrow_exception(result.error);
    }
    throw Raised{};
}

// Others may run before it is made again.
void ScenarioWorld::try_again(std::uint16_t site) {
    recorder_.add(EventKind::retries).site = site;
    try {
        scheduler_.suspend();
    } catch (const Cancelled&) {
        if (!scheduler_.is_unwinding()) {
            trace_->outcomes[site] = code_of(Status::cancelled);
        }
        throw;
    }
}

// What its calls came to is forgotten, and others may run before it is at its first step.
void ScenarioWorld::begin_again(TaskId task) {
    recorder_.add(EventKind::repeats);
    for (std::size_t site = 0; site < program_.sites.size(); ++site) {
        if (program_.sites[site].task == task) {
            trace_->outcomes[site] = never_made;
        }
    }
    scheduler_.suspend();
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
