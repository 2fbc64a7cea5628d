#include "models/scenario/program.hpp"

#include "models/revisions/revision.hpp"
#include "models/scenario/endless.hpp"

#include <algorithm>
#include <set>

namespace interlock::models {

namespace {

// Everything is numbered by 16 bits. Locks are of groups, jobs and mutexes, and each mutex has an
// operation that names it: 1,000 + 1,000 + 40,000 of them still have numbers.
constexpr std::size_t sites_max = 10'000;
constexpr std::size_t operations_max = 40'000;
constexpr std::size_t jobs_max = 1'000;
constexpr std::size_t groups_max = 1'000;

std::uint16_t index16(std::size_t index) {
    return static_cast<std::uint16_t>(index);
}

class Compiler {
  public:
    explicit Compiler(const Scenario& scenario) : scenario_(scenario) {}

    Program compile() {
        check_revision();
        limit(scenario_.groups, groups_max, "groups");
        limit(scenario_.jobs, jobs_max, "jobs");
        program_.name = scenario_.name;
        program_.revision = scenario_.revision;
        program_.discipline = scenario_.explore.discipline;
        add_groups();
        for (const JobSpec& job : scenario_.jobs) {
            add_job(job);
        }
        for (const TaskSpec& task : scenario_.tasks) {
            const TaskId first{static_cast<std::uint8_t>(program_.tasks.size())};
            for (std::uint32_t i = 1; i <= task.count; ++i) {
                suffix_ = task.count > 1 ? "#" + std::to_string(i) : std::string();
                program_.tasks.push_back({task.name + suffix_, task.place, {}, first});
                program_.tasks.back().repeats = task.repeats;
            }
        }
        program_.beginners = program_.tasks.size();
        std::size_t index = 0;
        for (const TaskSpec& task : scenario_.tasks) {
            for (std::uint32_t i = 1; i <= task.count; ++i, ++index) {
                suffix_ = task.count > 1 ? "#" + std::to_string(i) : std::string();
                task_ = TaskId{static_cast<std::uint8_t>(index)};
                program_.tasks[index].first_site = index16(program_.sites.size());
                // Child tasks join the others meanwhile.
                const Block steps = add_block(task.steps, task.name + suffix_, no_site);
                program_.tasks[index].steps = steps;
            }
        }
        find_targets();
        check_endless(program_, scenario_.explore.place, scenario_.explore.time);
        program_.fingerprint = fingerprint_of(program_);
        return std::move(program_);
    }

  private:
    [[noreturn]] static void fail(Place place, std::string message) {
        throw Diagnostic{place, std::move(message)};
    }

    void check_revision() const {
        if (revision_named(scenario_.revision) == nullptr) {
            std::string known;
            for (const Revision& revision : revisions()) {
                known += (known.empty() ? "" : ", ") + std::string(revision.name);
            }
            fail(
                scenario_.revision_place,
                "revision '" + scenario_.revision + "' is not in this version; there is " + known
            );
        }
        if (scenario_.explore.discipline == Discipline::preemptive &&
            scenario_.revision != "interlock") {
            fail(
                scenario_.explore.place,
                "discipline 'preemptive' is of revision interlock only: " + scenario_.revision +
                    " is a program of asyncio, where others run only where a task suspends; leave "
                    "the discipline out"
            );
        }
    }

    void add_groups() {
        for (const GroupSpec& group : scenario_.groups) {
            const std::string& name = group.group.empty() ? group.name : group.group;
            program_.groups.push_back(name);
            program_.objects.push_back(group.name);
            const std::uint16_t first = program_.group_of(index16(program_.groups.size() - 1));
            program_.group_locks.push_back(
                first < program_.group_locks.size()
                    ? program_.group_locks[first]
                    : add_lock("lock of group " + name, ProgramLock::Kind::group, first)
            );
        }
    }

    template <class Specs>
    static void limit(const Specs& specs, std::size_t specs_max, const std::string& what) {
        if (specs.size() > specs_max) {
            fail(
                specs[specs_max].place,
                "the scenario has more than " + std::to_string(specs_max) + " " + what
            );
        }
    }

    // The number of the lock; `index` is that of what it is the lock of, within its kind.
    std::uint16_t add_lock(std::string name, ProgramLock::Kind kind, std::size_t index) {
        program_.locks.push_back({std::move(name), kind, index16(index)});
        return index16(program_.locks.size() - 1);
    }

    void add_job(const JobSpec& spec) {
        ProgramJob job;
        job.name = spec.name;
        job.policy = spec.policy;
        const Revision& revision = *revision_named(scenario_.revision);
        if (spec.limit) {
            std::string problem;
            if (!with_limit(spec.name, job.policy, *spec.limit, problem)) {
                fail(spec.place, problem);
            }
            const PolicyModes modes = revision.modes_of(*spec.limit);
            job.policy.concurrency = modes.concurrency;
            job.policy.throttle = modes.throttle;
        }
        const auto problems = revision.problems_of(job.name, job.policy, spec.limit);
        if (!problems.empty()) {
            fail(spec.place, problems.front());
        }
        job.on_error = spec.on_error;
        if (job.policy.concurrency != Concurrency::none && !is_group(job.policy.concurrency)) {
            job.lock =
                add_lock("lock of job " + job.name, ProgramLock::Kind::job, program_.jobs.size());
        }
        for (const std::string& condition : spec.conditions) {
            job.conditions.push_back(number_of(condition, program_.conditions));
        }
        job.spec = index16(program_.jobs.size());
        program_.jobs.push_back(std::move(job));
    }

    // What is called at `job` of the scenario on `object`: of that object alone, if each has its
    // own.
    std::uint16_t job_on(std::uint16_t spec, std::uint16_t object) {
        if (scenario_.jobs[spec].scope == Scope::job || object == no_group) {
            return spec;
        }
        for (std::size_t i = scenario_.jobs.size(); i < program_.jobs.size(); ++i) {
            if (program_.jobs[i].spec == spec && program_.jobs[i].object == object) {
                return index16(i);
            }
        }
        ProgramJob job = program_.jobs[spec];
        job.object = object;
        if (job.lock != no_lock) {
            job.lock = add_lock(
                "lock of job " + job.name + " of " + program_.objects[object],
                ProgramLock::Kind::job,
                program_.jobs.size()
            );
        }
        program_.jobs.push_back(std::move(job));
        return index16(program_.jobs.size() - 1);
    }

    // Bodies of calls come after the block that makes the calls, so that each block is contiguous.
    Block add_block(const Steps& steps, const std::string& path, std::uint16_t parent) {
        Block block{index16(program_.operations.size()), 0};
        std::size_t const first_site = program_.sites.size();
        std::vector<const CallStep*> calls;
        const auto add_call = [&](const CallStep& call, Place place) {
            calls.push_back(&call);
            return add_site(call, place, path + "." + std::to_string(calls.size() - 1), parent);
        };
        const TaskId task = task_;
        for (const Step& step : steps) {
            if (const auto* call = std::get_if<CallStep>(&step.what)) {
                const std::uint16_t site = add_call(*call, step.place);
                add_operation({.kind = Operation::Kind::call, .index = site}, step.place);
            } else if (const auto* gather = std::get_if<GatherStep>(&step.what)) {
                add_fork(Operation::Kind::gather, step.place, gather->return_exceptions);
                for (const ChildCall& child : gather->calls) {
                    add_child(child, add_call);
                }
            } else if (const auto* spawn = std::get_if<SpawnStep>(&step.what)) {
                add_fork(
                    spawn->is_detached ? Operation::Kind::detach : Operation::Kind::spawn,
                    step.place
                );
                add_child(spawn->child, add_call);
            } else {
                add_operations(step, parent);
            }
        }
        block.last = index16(program_.operations.size());
        for (std::size_t i = 0; i < calls.size(); ++i) {
            std::size_t const site = first_site + i;
            task_ = program_.sites[site].task;
            if (!(task_ == task)) {
                program_.tasks[task_.value].steps = {index16(program_.operations.size()), 0};
                add_operation(
                    {.kind = Operation::Kind::call, .index = index16(site)},
                    program_.sites[site].place
                );
                program_.tasks[task_.value].steps.last = index16(program_.operations.size());
            }
            unfold(*calls[i], site, path + "." + std::to_string(i));
        }
        task_ = task;
        return block;
    }

    void add_fork(Operation::Kind kind, Place place, bool return_exceptions = false) {
        const auto next = static_cast<std::uint8_t>(program_.tasks.size());
        add_operation({.kind = kind, .index = index16(program_.forks.size())}, place);
        program_.forks.push_back({next, next, return_exceptions});
    }

    // A task of its own, of the last fork, for a call of the block that is being added.
    template <class AddCall>
    void add_child(const ChildCall& child, const AddCall& add_call) {
        if (program_.tasks.size() == tasks_max) {
            fail(
                child.place,
                "with this there are more than " + std::to_string(tasks_max) +
                    " tasks, those that others start among them; make it fewer"
            );
        }
        const TaskId parent = task_;
        task_ = TaskId{static_cast<std::uint8_t>(program_.tasks.size())};
        program_.tasks.push_back({{}, child.place, {}, task_});
        program_.forks.back().last = static_cast<std::uint8_t>(program_.tasks.size());
        const std::uint16_t site = add_call(child.call, child.place);
        program_.tasks[task_.value].name = program_.sites[site].label;
        task_ = parent;
    }

    // The number of the site.
    std::uint16_t add_site(
        const CallStep& call, Place place, std::string label, std::uint16_t parent
    ) {
        if (program_.sites.size() == sites_max) {
            fail(place, "the scenario unfolds to more than 10000 calls; make its bodies smaller");
        }
        Site site;
        site.label = call.label.empty() ? std::move(label) : call.label + suffix_;
        site.place = place;
        site.task = task_;
        site.parent = parent;
        site.job = find(scenario_.jobs, call.job, place, "job", "jobs");
        if (!call.group.empty()) {
            site.group = find(scenario_.groups, call.group, place, "group", "groups");
        }
        site.job = job_on(site.job, site.group);
        site.catches = call.catches;
        site.retries = call.retries;
        if (!call.existing.empty()) {
            if (program_.revision == "interlock") {
                fail(
                    place,
                    "'existing' is of the reference, whose jobs can be made before they are "
                    "called; "
                    "the shipped core has no such jobs"
                );
            }
            site.existing = number_of(call.existing, program_.existing);
        }
        const ProgramJob& job = program_.jobs[site.job];
        if (site.group == no_group && needs_group(job.policy)) {
            fail(
                place,
                problem_without_group(job.name, job.policy) + " Call it as " + job.name + "@GROUP."
            );
        }
        site.lock = is_group(job.policy.concurrency) ? program_.group_locks[site.group] : job.lock;
        if (!labels_.insert(site.label).second) {
            fail(place, "two calls have the label '" + site.label + "'; labels must differ");
        }
        program_.sites.push_back(std::move(site));
        return index16(program_.sites.size() - 1);
    }

    void unfold(const CallStep& call, std::size_t site, const std::string& path) {
        std::uint16_t const job = program_.job_of(index16(site)).spec;
        const Steps& body = call.body ? *call.body : scenario_.jobs[job].body;
        // Only a job's own body can contain itself; one written at the call is finite.
        if (!call.body) {
            if (std::find(unfolding_.begin(), unfolding_.end(), job) != unfolding_.end()) {
                fail(
                    program_.sites[site].place,
                    "job '" + call.job + "' calls itself without end; give this call a body"
                );
            }
            unfolding_.push_back(job);
        }
        const Block block = add_block(body, path, index16(site));
        program_.sites[site].body = block;
        if (!call.body) {
            unfolding_.pop_back();
        }
    }

    void add_operation(const Operation& operation, Place place) {
        if (program_.operations.size() == operations_max) {
            fail(
                place,
                "the scenario unfolds to more than 40000 steps; make its tasks and bodies smaller"
            );
        }
        program_.operations.push_back(operation);
    }

    void add_operations(const Step& step, std::uint16_t parent) {
        using Kind = Operation::Kind;
        const auto add = [&](Operation operation) {
            operation.is_in_body = parent != no_site;
            add_operation(operation, step.place);
        };
        if (const auto* work = std::get_if<WorkStep>(&step.what)) {
            add({.kind = Kind::work, .times = work->times});
        } else if (const auto* sleep = std::get_if<SleepStep>(&step.what)) {
            add({.kind = Kind::sleep, .duration = sleep->duration});
        } else if (const auto* raise = std::get_if<RaiseStep>(&step.what)) {
            add(
                {.kind = Kind::raise,
                 .index = number_of(ProgramError{raise->error, {}}, program_.errors)}
            );
        } else if (const auto* cancel = std::get_if<CancelStep>(&step.what)) {
            targets_.push_back({program_.operations.size(), cancel->target, suffix_, step.place});
            add({.kind = Kind::cancel});
        } else if (const auto* join = std::get_if<JoinStep>(&step.what)) {
            targets_.push_back({program_.operations.size(), join->label, suffix_, step.place});
            add({.kind = Kind::join});
        } else if (const auto* set = std::get_if<SetStep>(&step.what)) {
            for (const SetStep::Condition& condition : set->conditions) {
                add(
                    {.kind = Kind::set,
                     .index = number_of(condition.name, program_.conditions),
                     .times = condition.holds ? 1U : 0U}
                );
            }
        } else if (const auto* clock = std::get_if<ClockStep>(&step.what)) {
            if (scenario_.explore.time == TimeMode::all && scenario_.revision != "interlock") {
                fail(
                    step.place,
                    "a wall clock that is set makes periods of any length; take the step out, or "
                    "leave out time 'all'"
                );
            }
            add({.kind = Kind::shift, .duration = clock->by});
        } else if (const auto* hold = std::get_if<HoldStep>(&step.what)) {
            add({.kind = Kind::hold, .index = mutex(hold->mutex)});
        } else {
            add({.kind = Kind::unhold, .index = mutex(std::get<UnholdStep>(step.what).mutex)});
        }
    }

    // Tasks have their names only when all are there.
    void find_targets() {
        std::set<std::uint16_t> joined;
        for (const Target& target : targets_) {
            Operation& operation = program_.operations[target.operation];
            const bool is_own = has_task(target.name + target.suffix);
            std::string const name = is_own ? target.name + target.suffix : target.name;
            if (operation.kind == Operation::Kind::join) {
                check_join(name, target.place);
            }
            operation.index = find(program_.tasks, name, target.place, "task", "tasks");
            if (operation.kind == Operation::Kind::join && !joined.insert(operation.index).second) {
                fail(target.place, "'" + name + "' is joined twice; join it once");
            }
        }
    }

    void check_join(const std::string& name, Place place) const {
        std::string known;
        for (std::size_t i = program_.beginners; i < program_.tasks.size(); ++i) {
            if (is_gathered(i)) {
                if (program_.tasks[i].name == name) {
                    fail(place, "'" + name + "' is of a gather, which waits for it itself");
                }
                continue;
            }
            if (program_.tasks[i].name == name) {
                return;
            }
            known += (known.empty() ? "" : ", ") + program_.tasks[i].name;
        }
        fail(
            place,
            "no call '" + name + "' is spawned or detached; " +
                (known.empty() ? "write one, as {spawn: {call: job, label: " + name + "}}"
                               : "there is " + known)
        );
    }

    [[nodiscard]] bool is_gathered(std::size_t task) const {
        return std::any_of(
            program_.operations.begin(),
            program_.operations.end(),
            [&](const Operation& operation) {
                return operation.kind == Operation::Kind::gather &&
                       program_.forks[operation.index].first <= task &&
                       task < program_.forks[operation.index].last;
            }
        );
    }

    [[nodiscard]] bool has_task(const std::string& name) const {
        return std::any_of(program_.tasks.begin(), program_.tasks.end(), [&](const auto& task) {
            return task.name == name;
        });
    }

    // Errors and conditions exist once they are named.
    template <class T>
    static std::uint16_t number_of(const T& name, std::vector<T>& known) {
        const auto found = std::find(known.begin(), known.end(), name);
        if (found == known.end()) {
            known.push_back(name);
            return index16(known.size() - 1);
        }
        return index16(static_cast<std::size_t>(found - known.begin()));
    }

    // A mutex exists once it is named.
    std::uint16_t mutex(const std::string& name) {
        for (std::size_t i = 0; i < program_.mutex_locks.size(); ++i) {
            if (program_.locks[program_.mutex_locks[i]].name == "mutex " + name) {
                return index16(i);
            }
        }
        program_.mutex_locks.push_back(
            add_lock("mutex " + name, ProgramLock::Kind::mutex, program_.mutex_locks.size())
        );
        return index16(program_.mutex_locks.size() - 1);
    }

    template <class Specs>
    static std::uint16_t find(
        const Specs& specs,
        const std::string& name,
        Place place,
        const std::string& kind,
        const std::string& section
    ) {
        for (std::size_t i = 0; i < specs.size(); ++i) {
            if (specs[i].name == name) {
                return index16(i);
            }
        }
        std::string known;
        for (const auto& spec : specs) {
            known += (known.empty() ? "" : ", ") + spec.name;
        }
        fail(
            place,
            "there is no " + kind + " '" + name + "'; " +
                (known.empty() ? "add it under '" + section + "'" : "there is " + known)
        );
    }

    // What a cancel or a join is about, by name; `suffix` is that of the copy that it is in.
    struct Target {
        std::size_t operation;
        std::string name;
        std::string suffix;
        Place place;
    };

    const Scenario& scenario_;
    Program program_;
    std::vector<Target> targets_;
    TaskId task_;
    std::string suffix_;                    // of the task's copy: "#1"
    std::vector<std::uint16_t> unfolding_;  // jobs whose own body is being unfolded
    std::set<std::string> labels_;
};

}  // namespace

std::variant<Program, Diagnostic> compile(const Scenario& scenario) {
    try {
        return Compiler(scenario).compile();
    } catch (const Diagnostic& diagnostic) {
        return diagnostic;
    }
}

}  // namespace interlock::models
