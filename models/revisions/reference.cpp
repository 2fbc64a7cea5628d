#include "models/revisions/reference.hpp"

#include <algorithm>
#include <array>

namespace interlock::models {

namespace {

// In which the reference looks at them, whatever the job's own order is; then all others.
constexpr std::array<std::string_view, 3> conditions_in_order{"healthy", "running", "frozen"};

std::size_t rank_of(std::string_view condition) {
    return static_cast<std::size_t>(
        std::find(conditions_in_order.begin(), conditions_in_order.end(), condition) -
        conditions_in_order.begin()
    );
}

}  // namespace

Reference::Reference(
    const Program& program,
    Recorder& recorder,
    BodyRunner& runner,
    Listener* listener,
    const Traits& traits
)
    : program_(program),
      recorder_(recorder),
      runner_(runner),
      listener_(listener),
      traits_(traits),
      tasks_(recorder.scheduler()),
      jobs_(program, traits.jobs, listener),
      current_(jobs_, recorder.scheduler()) {
    for (const Operation& operation : program.operations) {
        sets_clock_ = sets_clock_ || operation.kind == Operation::Kind::shift;
    }
    for (const std::string& group : program.groups) {
        const auto first = std::find(program.groups.begin(), program.groups.end(), group);
        keys_.push_back(static_cast<std::uint16_t>(first - program.groups.begin()));
    }
    for (const ProgramJob& job : program.jobs) {
        auto& conditions = conditions_.emplace_back();
        for (std::uint16_t const condition : job.conditions) {
            conditions.push_back({condition, program.conditions[condition]});
        }
        std::stable_sort(conditions.begin(), conditions.end(), [](const auto& a, const auto& b) {
            return rank_of(a.name) < rank_of(b.name);
        });
    }
}

void Reference::begin() {
    Scheduler& scheduler = recorder_.scheduler();
    for (std::size_t i = 0; i < program_.jobs.size(); ++i) {
        if (traits_.has_lock) {
            decorators_.push_back({AsyncioLock(scheduler)});
        } else {
            decorators_.push_back({AsyncioSemaphore(scheduler)});
        }
    }
    for (std::size_t i = 0; i < program_.groups.size(); ++i) {
        groups_.push_back({AsyncioLock(scheduler), 0, {}});
    }
    calls_.assign(1, {});
    existing_.assign(program_.existing.size(), 0);
    scheduled_.clear();
    state_ = "running";
    shift_ = {};
    jobs_.begin();
    tasks_.begin(program_.tasks.size());
    current_.begin(program_.tasks.size());
}

void Reference::discard() noexcept {
    decorators_.clear();
    groups_.clear();
}

CallResult Reference::call(std::uint16_t site) {
    Call call{.number = static_cast<std::uint32_t>(calls_.size()), .site = site};
    calls_.push_back(call);
    if (listener_ != nullptr) {
        listener_->on_call(site);
    }
    try {
        const Status status = run_wrapped(call);
        report_return(call, {.is_none = call.is_none});
        return {status, false, nullptr};
    } catch (const PythonError& error) {
        report_return(call, {.error = &error});
        return {
            error.refused_call == call.number ? error.refused_as : Status::failed,
            true,
            std::current_exception()};
    } catch (const Cancelled&) {
        report_return(call, {.is_cancelled = true});
        return {Status::cancelled, true, std::current_exception()};
    }
}

void Reference::report_return(const Call& call, const Listener::Return& how) {
    if (listener_ != nullptr && !recorder_.scheduler().is_unwinding()) {
        listener_->on_return(call.site, how);
    }
}

void Reference::log(std::string_view level, const std::string& text) {
    if (listener_ != nullptr && !recorder_.scheduler().is_unwinding()) {
        listener_->on_log(level, text);
    }
}

// The decorator's wrapper, from the first line to the last.
Status Reference::run_wrapped(Call& call) {
    check_class(call);
    make_job(call);
    const auto body = [&] {
        const Status status = check_conditions(call);
        if (status != Status::ran) {
            return status;
        }
        const Status executed = execute(call);
        call.is_none = call.is_none || executed == Status::throttled;
        return executed;
    };
    // Jobs that never started are always cleaned up.
    const auto clean_up = [&] {
        const bool cleans_up = program_.job_of(call.site).cleans_up;
        if (jobs_.job(call.job).done == SupervisorJob::Done::none ||
            at(call).overrides_cleanup.value_or(cleans_up)) {
            jobs_.remove(call.job);
        }
    };
    return with_finally(body, clean_up);
}

void Reference::check_class(const Call& call) const {
    const ProgramJob& job = program_.job_of(call.site);
    if (at(call).group != no_group || !needs_group(job.policy)) {
        return;
    }
    if (traits_.says_limit) {
        throw PythonError(
            "RuntimeError",
            "Job on " + job.name + " need to be a JobGroup to use group based limits!"
        );
    }
    throw PythonError("RuntimeError", problem_without_group(job.name, job.policy));
}

void Reference::make_job(Call& call) {
    const std::uint16_t existing = at(call).existing;
    if (existing == no_existing) {
        const auto scheduled =
            std::find_if(scheduled_.begin(), scheduled_.end(), [&](JobNumber job) {
                return jobs_.job(job).site == call.site;
            });
        call.job =
            scheduled != scheduled_.end() ? *scheduled : jobs_.make(current_.number()).number;
    } else {
        if (existing_[existing] == 0) {
            SupervisorJob& made = jobs_.make(0);
            made.existing = existing;
            existing_[existing] = made.number;
        }
        call.job = existing_[existing];
    }
    jobs_.describe(call.job, program_.job_of(call.site), call.number, call.site, at(call).group);
    const JobNumber parent = jobs_.job(call.job).parent;
    call.parent = parent == 0 ? 0 : jobs_.job(parent).call;
    calls_[call.number] = call;
    record(EventKind::arrived, call);
}

Status Reference::check_conditions(Call& call) {
    for (const Condition& condition : conditions_[at(call).job]) {
        if (runner_.holds(condition.number)) {
            continue;
        }
        const ProgramJob& job = program_.job_of(call.site);
        record(EventKind::condition_failed, call);
        handle_condition(
            call,
            Status::condition_failed,
            "'" + (job.owner.empty() ? "" : job.owner + ".") + job.name +
                "' blocked from execution, system is not " + std::string(condition.name) + " - " +
                std::string(state_)
        );
        return Status::condition_failed;
    }
    return Status::ran;
}

Status Reference::handle_condition(Call& call, Status failed, const std::string& message) {
    const std::string& type = program_.job_of(call.site).on_error;
    call.is_none = true;
    if (type.empty()) {
        log("INFO", message);
        return Status::ran;
    }
    log("WARNING", message);
    throw refusal(call, failed, type, message);
}

// The types that jobs name for it derive from JobException.
PythonError Reference::refusal(
    const Call& call, Status status, std::string_view type, const std::string& message
) {
    PythonError error(type, message);
    error.is_hassio = true;
    error.refused_call = call.number;
    error.refused_as = status;
    return error;
}

void Reference::refuse(
    const Call& call,
    EventKind kind,
    Status status,
    std::string_view type,
    const std::string& message
) {
    record(kind, call);
    const std::string& on_error = program_.job_of(call.site).on_error;
    throw refusal(call, status, on_error.empty() ? type : std::string_view(on_error), message);
}

Status Reference::run_body(Call& call) {
    Decorator& decorator = decorator_of(call);
    decorator.last_call[key(call)] = now();
    if (is_rate_limit(policy(call).throttle)) {
        decorator.calls[key(call)].push_back(now());
    }
    record(EventKind::started, call);
    if (listener_ != nullptr) {
        listener_->on_body(call.site);
    }
    const auto finish = [&](Status how, std::string_view type) {
        record(EventKind::finished, call, static_cast<std::uint8_t>(how));
        if (listener_ != nullptr && !recorder_.scheduler().is_unwinding()) {
            listener_->on_body_end(call.site, type);
        }
    };
    const auto fail = [&](const PythonError& error) {
        if (error.type == "JobConditionException") {
            const bool is_none = program_.job_of(call.site).on_error.empty();
            finish(is_none ? Status::ran : Status::failed, error.type);
            return handle_condition(call, Status::failed, error.message);
        }
        finish(Status::failed, error.type);
        if (error.is_hassio) {
            jobs_.capture(call.job, error);
            throw error;
        }
        log("ERROR", "Unhandled exception: " + error.printed);
        jobs_.capture(call.job, error);
        throw PythonError("JobException", "");
    };
    try {
        runner_.run_body(at(call).body);
    } catch (const Cancelled&) {
        finish(Status::cancelled, "CancelledError");
        throw;
    } catch (const PythonError& error) {
        return fail(error);
    } catch (const Raised& raised) {
        const auto error = raised.error == no_error ? ProgramError{"Exception", {}}
                                                    : program_.errors[raised.error];
        return fail(PythonError(error.type, error.message));
    }
    finish(Status::ran, "return");
    return Status::ran;
}

void Reference::run(const Operation& operation) {
    switch (operation.kind) {
        case Operation::Kind::join: {
            const TaskId task{static_cast<std::uint8_t>(operation.index)};
            recorder_.add(EventKind::joins).call = task.value;
            tasks_.await(task);
            recorder_.add(EventKind::joined).call = task.value;
            return;
        }
        case Operation::Kind::progress:
            jobs_.set_progress(current_.managed(), program_.amounts[operation.index]);
            return;
        case Operation::Kind::stage:
            jobs_.set_stage(current_.managed(), program_.texts[operation.index]);
            return;
        case Operation::Kind::state:
            state_ = program_.texts[operation.index];
            return;
        case Operation::Kind::shift:
            shift_ += operation.duration;
            recorder_.add(EventKind::clock_set).retry_after_ns = operation.duration.count();
            return;
        default:
            break;
    }
    const Fork& fork = program_.forks[operation.index];
    const bool inherits =
        operation.kind == Operation::Kind::gather || operation.kind == Operation::Kind::spawn;
    for (std::uint8_t task = fork.first; task < fork.last; ++task) {
        recorder_.add(EventKind::spawned).call = task;
        current_.of(TaskId{task}) = inherits ? current_.number() : 0;
    }
    if (operation.kind == Operation::Kind::gather) {
        for (std::uint8_t task = fork.first; task < fork.last; ++task) {
            recorder_.add(EventKind::joins).call = task;
        }
        tasks_.gather(TaskId{fork.first}, TaskId{fork.last}, fork.return_exceptions);
        for (std::uint8_t task = fork.first; task < fork.last; ++task) {
            recorder_.add(EventKind::joined).call = task;
        }
        return;
    }
    if (operation.kind == Operation::Kind::schedule) {
        // The job is there at once; the call will use it.
        SupervisorJob& job = jobs_.make(0);
        const Block steps = program_.tasks[fork.first].steps;
        job.site = program_.operations[steps.last - 1U].index;
        scheduled_.push_back(job.number);
    }
    tasks_.create(TaskId{fork.first});
}

void Reference::cancel(TaskId task) {
    if (listener_ != nullptr) {
        listener_->on_cancel(task);
    }
    if (task.value < program_.beginners && !recorder_.scheduler().is_unfinished(task)) {
        return;
    }
    tasks_.cancel(task);
}

void Reference::end_child(TaskId task, std::exception_ptr error) noexcept {
    if (const auto is_error = tasks_.end(task, std::move(error))) {
        recorder_.add(EventKind::counted).detail = *is_error ? 1 : 0;
    }
}

std::string Reference::uuid_of(JobNumber number) {
    const SupervisorJob& job = jobs_.job(number);
    return "<job " +
           (job.existing != no_existing ? program_.existing[job.existing]
                                        : program_.sites[job.site].label) +
           ">";
}

void Reference::record(EventKind kind, const Call& call, std::uint8_t detail) {
    TraceEvent& event = recorder_.add(kind);
    event.call = call.number;
    event.parent = call.parent;
    event.site = call.site;
    event.lock = at(call).lock;
    event.detail = detail;
}

void Reference::report_end() {
    const auto add = [&](std::uint32_t number, std::uint16_t lock) {
        Call const& call = calls_[number];
        TraceEvent& event = recorder_.add(EventKind::still_held);
        event.call = number;
        event.site = call.site;
        event.lock = lock;
        event.task = at(call).task;
    };
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (groups_[i].active != 0) {
            add(jobs_.job(groups_[i].active).call, program_.group_locks[i]);
        }
    }
    for (const auto& decorator : decorators_) {
        if (decorator.is_locked()) {
            const std::uint32_t taker = decorator.last_taker;
            add(taker, at(calls_[taker]).lock);
        }
    }
    if (listener_ != nullptr) {
        listener_->on_over(*this);
    }
}

}  // namespace interlock::models
