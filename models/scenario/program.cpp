#include "models/scenario/program.hpp"

#include "core/policy/fingerprint.hpp"
#include "models/revisions/revision.hpp"

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
        limit(scenario_.groups, groups_max, "groups");
        limit(scenario_.jobs, jobs_max, "jobs");
        program_.name = scenario_.name;
        program_.revision = scenario_.revision;
        for (const GroupSpec& group : scenario_.groups) {
            program_.group_locks.push_back(add_lock(
                "lock of group " + group.name, ProgramLock::Kind::group, program_.groups.size()
            ));
            program_.groups.push_back(group.name);
        }
        for (const JobSpec& job : scenario_.jobs) {
            add_job(job);
        }
        for (const TaskSpec& task : scenario_.tasks) {
            for (std::uint32_t i = 1; i <= task.count; ++i) {
                suffix_ = task.count > 1 ? "#" + std::to_string(i) : std::string();
                program_.tasks.push_back({task.name + suffix_, task.place, {}});
            }
        }
        std::size_t index = 0;
        for (const TaskSpec& task : scenario_.tasks) {
            for (std::uint32_t i = 1; i <= task.count; ++i, ++index) {
                suffix_ = task.count > 1 ? "#" + std::to_string(i) : std::string();
                task_ = TaskId{static_cast<std::uint8_t>(index)};
                program_.tasks[index].steps =
                    add_block(task.steps, program_.tasks[index].name, no_site);
            }
        }
        program_.fingerprint = fingerprint();
        return std::move(program_);
    }

  private:
    [[noreturn]] static void fail(Place place, std::string message) {
        throw Diagnostic{place, std::move(message)};
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
        ProgramJob job{spec.name, spec.policy, {}, no_lock};
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
        const auto problems = revision.problems_of(job.name, job.policy);
        if (!problems.empty()) {
            fail(spec.place, problems.front());
        }
        if (!spec.conditions.empty() && !revision.has_conditions) {
            fail(
                spec.place,
                "conditions of revision '" + scenario_.revision + "' are not in this version"
            );
        }
        if (job.policy.concurrency != Concurrency::none && !is_group(job.policy.concurrency)) {
            job.lock =
                add_lock("lock of job " + job.name, ProgramLock::Kind::job, program_.jobs.size());
        }
        for (const std::string& condition : spec.conditions) {
            job.conditions.push_back(number_of(condition, program_.conditions));
        }
        program_.jobs.push_back(std::move(job));
    }

    // Bodies of calls come after the block that makes the calls, so that each block is contiguous.
    Block add_block(const Steps& steps, const std::string& path, std::uint16_t parent) {
        Block block{index16(program_.operations.size()), 0};
        std::size_t const first_site = program_.sites.size();
        std::vector<const CallStep*> calls;
        for (const Step& step : steps) {
            if (const auto* call = std::get_if<CallStep>(&step.what)) {
                calls.push_back(call);
                add_site(*call, step.place, path + "." + std::to_string(calls.size() - 1), parent);
            } else {
                add_operations(step, parent);
            }
        }
        block.last = index16(program_.operations.size());
        for (std::size_t i = 0; i < calls.size(); ++i) {
            unfold(*calls[i], first_site + i, path + "." + std::to_string(i));
        }
        return block;
    }

    void add_site(const CallStep& call, Place place, std::string label, std::uint16_t parent) {
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
        site.catches = call.catches;
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
        add_operation(
            {.kind = Operation::Kind::call, .index = index16(program_.sites.size())}, place
        );
        program_.sites.push_back(std::move(site));
    }

    void unfold(const CallStep& call, std::size_t site, const std::string& path) {
        std::uint16_t const job = program_.sites[site].job;
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
            add({.kind = Kind::raise, .index = number_of(raise->error, program_.errors)});
        } else if (const auto* cancel = std::get_if<CancelStep>(&step.what)) {
            add(
                {.kind = Kind::cancel,
                 .index = find(program_.tasks, cancel->target, step.place, "task", "tasks")}
            );
        } else if (const auto* set = std::get_if<SetStep>(&step.what)) {
            for (const SetStep::Condition& condition : set->conditions) {
                add(
                    {.kind = Kind::set,
                     .index = number_of(condition.name, program_.conditions),
                     .times = condition.holds ? 1U : 0U}
                );
            }
        } else if (const auto* hold = std::get_if<HoldStep>(&step.what)) {
            add({.kind = Kind::hold, .index = mutex(hold->mutex)});
        } else {
            add({.kind = Kind::unhold, .index = mutex(std::get<UnholdStep>(step.what).mutex)});
        }
    }

    // Errors and conditions exist once they are named.
    static std::uint16_t number_of(const std::string& name, std::vector<std::string>& known) {
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

    [[nodiscard]] std::uint64_t fingerprint() const {
        Fingerprint print;
        const auto add_text = [&](std::string_view text) {
            print.add(text.size());
            for (char const c : text) {
                print.add(static_cast<unsigned char>(c));
            }
        };
        add_text(program_.revision);
        for (const Operation& operation : program_.operations) {
            print.add(static_cast<std::uint64_t>(operation.kind));
            print.add(operation.index);
            print.add(operation.times);
            print.add(static_cast<std::uint64_t>(operation.duration.count()));
        }
        for (const Site& site : program_.sites) {
            add_text(site.label);
            print.add(site.task.value);
            print.add(site.job);
            print.add(site.group);
            print.add(site.body.first);
            print.add(site.body.last);
            print.add(site.catches ? 1 : 0);
        }
        for (const ProgramJob& job : program_.jobs) {
            const Policy& policy = job.policy;
            add_text(job.name);
            print.add(static_cast<std::uint64_t>(policy.concurrency));
            print.add(static_cast<std::uint64_t>(policy.throttle));
            print.add(static_cast<std::uint64_t>(policy.period.value_or(Duration(-1)).count()));
            print.add(policy.max_calls ? std::uint64_t{*policy.max_calls} + 1 : 0);
            print.add(policy.max_waiting ? std::uint64_t{*policy.max_waiting} + 1 : 0);
            print.add(static_cast<std::uint64_t>(policy.throttle_counts));
            for (const auto& time : {policy.wait_timeout, policy.service_time}) {
                print.add(static_cast<std::uint64_t>(time.value_or(Duration(-1)).count()));
            }
            print.add((policy.keep_latest ? 2U : 0U) + (policy.detect_deadlock ? 1U : 0U));
            for (std::uint16_t const condition : job.conditions) {
                print.add(condition);
            }
        }
        for (const std::string& group : program_.groups) {
            add_text(group);
        }
        for (const ProgramTask& task : program_.tasks) {
            add_text(task.name);
            print.add(task.steps.first);
            print.add(task.steps.last);
        }
        return print.value();
    }

    const Scenario& scenario_;
    Program program_;
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
