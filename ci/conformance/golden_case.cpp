#include "ci/conformance/golden_case.hpp"

#include "core/policy/execution_limit.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

namespace interlock::ci {

namespace {

using models::Block;
using models::Operation;
using models::Program;
using models::TaskId;
using Kind = models::Operation::Kind;

constexpr std::array<std::string_view, 2> states_conditions{"running", "frozen"};
constexpr std::array<std::string_view, 2> states{"running", "freeze"};

template <class E, std::size_t modes>
E mode_named(const Json& value) {
    std::string const name = value.is_null() ? "none" : value.get<std::string>();
    for (std::size_t i = 0; i < modes; ++i) {
        if (name == name_of(static_cast<E>(i))) {
            return static_cast<E>(i);
        }
    }
    throw std::runtime_error("'" + name + "' is not a mode of a policy");
}

std::uint16_t index16(std::size_t index) {
    return static_cast<std::uint16_t>(index);
}

std::string text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? std::string() : found->get<std::string>();
}

Duration us(const Json& value) {
    return std::chrono::microseconds(value.get<std::int64_t>());
}

class Builder {
  public:
    Builder(const Json& source, const models::Revision& revision)
        : source_(source), revision_(revision) {}

    GoldenCase build() {
        GoldenCase built;
        built.id = source_.at("id");
        built.expected = source_.at("expect");
        built.records_messages = source_.value("record_ws", false);
        program_.name = built.id;
        program_.revision = revision_.name;
        add_objects();
        for (const auto& [name, method] : source_.at("methods").items()) {
            if (std::string const problem = add_method(name, method); !problem.empty()) {
                built.program = problem;
                return built;
            }
        }
        add_driver();
        built.program = std::move(program_);
        built.site_objects = std::move(site_objects_);
        built.group_objects = std::move(group_objects_);
        return built;
    }

  private:
    template <class T>
    static std::uint16_t number_of(const T& value, std::vector<T>& known) {
        const auto found = std::find(known.begin(), known.end(), value);
        if (found == known.end()) {
            known.push_back(value);
            return index16(known.size() - 1);
        }
        return index16(static_cast<std::size_t>(found - known.begin()));
    }

    std::uint16_t add_lock(std::string name, models::ProgramLock::Kind kind, std::size_t index) {
        program_.locks.push_back({std::move(name), kind, index16(index)});
        return index16(program_.locks.size() - 1);
    }

    void add_objects() {
        for (const auto& [name, object] : source_.at("objects").items()) {
            if (!source_.at("classes").at(object.at("class")).at("group").get<bool>()) {
                continue;
            }
            groups_[name] = index16(program_.groups.size());
            program_.group_locks.push_back(add_lock(
                "lock of group " + name, models::ProgramLock::Kind::group, program_.groups.size()
            ));
            program_.groups.push_back(object.at("group_name"));
            program_.references.push_back(text_at(object, "reference"));
            group_objects_.push_back(name);
        }
    }

    // Why it cannot be decorated, or nothing.
    std::string add_method(const std::string& name, const Json& method) {
        models::ProgramJob job;
        job.name = name;
        job.owner = method.at("class");
        std::optional<ExecutionLimit> limit;
        if (std::string const named = text_at(method, "limit"); !named.empty()) {
            limit = execution_limit_named(named);
            if (!limit) {
                throw std::runtime_error("'" + named + "' is not a limit");
            }
        }
        job.policy.concurrency =
            mode_named<Concurrency, 5>(method.value("concurrency", Json(nullptr)));
        job.policy.throttle = mode_named<Throttle, 5>(method.value("throttle", Json(nullptr)));
        if (limit) {
            std::string problem;
            if (!with_limit(name, job.policy, *limit, problem)) {
                return problem;
            }
            const PolicyModes modes = revision_.modes_of(*limit);
            job.policy.concurrency = modes.concurrency;
            job.policy.throttle = modes.throttle;
        }
        // The reference takes what it has no use for.
        if (job.policy.throttle != Throttle::none && method.contains("period_us")) {
            job.policy.period = us(method.at("period_us"));
        }
        if (is_rate_limit(job.policy.throttle) && method.contains("max_calls")) {
            job.policy.max_calls = method.at("max_calls").get<std::uint32_t>();
        }
        if (std::string const rule = text_at(method, "period_fn"); !rule.empty()) {
            job.period_rule =
                rule == "grow" ? models::PeriodRule::grow : models::PeriodRule::by_calls;
            job.policy.period = Duration::zero();
        }
        const auto problems = revision_.problems_of(name, job.policy, limit);
        if (!problems.empty()) {
            return problems.front();
        }
        job.on_error = text_at(method, "on_condition");
        for (const Json& condition : method.value("conditions", Json::array())) {
            job.conditions.push_back(number_of(condition.get<std::string>(), program_.conditions));
        }
        job.cleans_up = method.value("cleanup", true);
        job.is_internal = method.value("internal", false);
        for (const Json& sync : method.value("child_syncs", Json::array())) {
            models::ChildSync one{sync.at("name"), std::nullopt, sync.at("allocation")};
            if (std::string const reference = text_at(sync, "reference"); !reference.empty()) {
                one.reference = reference;
            }
            job.child_syncs.push_back(std::move(one));
        }
        job.lock =
            add_lock("lock of job " + name, models::ProgramLock::Kind::job, program_.jobs.size());
        job.spec = index16(program_.jobs.size());
        methods_[name] = job.spec;
        program_.jobs.push_back(std::move(job));
        return {};
    }

    // Each action is a task that sleeps until its time.
    void add_driver() {
        const Json& driver = source_.at("driver");
        std::string const first = source_.value("core_state", std::string("running"));
        for (std::size_t i = 0; i < states.size(); ++i) {
            std::uint16_t const condition =
                number_of(std::string(states_conditions.at(i)), program_.conditions);
            if (first != states.at(i)) {
                program_.unmet.push_back(condition);
            }
        }
        program_.beginners = driver.size();
        for (std::size_t i = 0; i < driver.size(); ++i) {
            program_.tasks.push_back({"driver " + std::to_string(i), {}, {}});
        }
        for (std::size_t i = 0; i < driver.size(); ++i) {
            task_ = TaskId{static_cast<std::uint8_t>(i)};
            const Block steps = add_action(driver[i], i == 0 ? first : std::string());
            program_.tasks[i].steps = steps;
        }
        for (const auto& [operation, label] : targets_) {
            program_.operations[operation].index = task_named(label);
        }
    }

    [[nodiscard]] std::uint16_t task_named(const std::string& label) const {
        for (std::size_t i = program_.beginners; i < program_.tasks.size(); ++i) {
            if (program_.tasks[i].name == label) {
                return index16(i);
            }
        }
        throw std::runtime_error("no task is called '" + label + "'");
    }

    Block add_action(const Json& action, const std::string& first_state) {
        std::vector<const Json*> calls;
        Block block = begin_block();
        if (!first_state.empty() && first_state != "running") {
            add({.kind = Kind::state, .index = number_of(first_state, program_.texts)});
        }
        add({.kind = Kind::sleep, .duration = us(action.at("at_us"))});
        add_work(action.value("cb_yields", 0U));
        std::string const what = action.at("op");
        if (what == "call") {
            add_fork(Kind::detach, {&action.at("call")}, false, std::nullopt);
        } else if (what == "cancel") {
            targets_.emplace_back(program_.operations.size(), action.at("label"));
            add({.kind = Kind::cancel});
        } else if (what == "core_state") {
            std::string const state = action.at("state");
            for (std::size_t i = 0; i < states.size(); ++i) {
                add(
                    {.kind = Kind::set,
                     .index = number_of(std::string(states_conditions.at(i)), program_.conditions),
                     .times = state == states.at(i) ? 1U : 0U}
                );
            }
            add({.kind = Kind::state, .index = number_of(state, program_.texts)});
        } else if (what == "clock_shift") {
            add({.kind = Kind::shift, .duration = us(action.at("us"))});
        } else {
            throw std::runtime_error("unknown action '" + what + "'");
        }
        return end_block(block);
    }

    // What is to be added once the block that is being added is complete: bodies, and child tasks.
    struct Later {
        const Json* call;
        std::uint16_t site;
        std::optional<TaskId> task;       // unset: it is called in the same task
        std::optional<Duration> delayed;  // before it begins
    };

    Block begin_block() {
        laters_.emplace_back();
        return {index16(program_.operations.size()), 0};
    }

    Block end_block(Block block) {
        block.last = index16(program_.operations.size());
        const std::vector<Later> laters = std::move(laters_.back());
        laters_.pop_back();
        const TaskId outer = task_;
        for (const Later& later : laters) {
            if (later.task) {
                task_ = *later.task;
                const auto first = index16(program_.operations.size());
                if (later.delayed) {
                    add_sleep(*later.delayed);
                }
                add_work(later.call->value("yields", 0U));
                add({.kind = Kind::call, .index = later.site});
                program_.tasks[task_.value].steps = {first, index16(program_.operations.size())};
            }
            const Block body = add_body(later.call->at("body"));
            program_.sites[later.site].body = body;
        }
        task_ = outer;
        return block;
    }

    void add(const Operation& operation) { program_.operations.push_back(operation); }

    void add_work(std::uint32_t times) {
        if (times > 0) {
            add({.kind = Kind::work, .times = times});
        }
    }

    // A timer that sets a future: the task goes on a turn later. A sleep of 0 is a turn only.
    void add_sleep(Duration duration) {
        if (duration > Duration::zero()) {
            add({.kind = Kind::sleep, .duration = duration});
        }
        add_work(1);
    }

    void add_fork(
        Kind kind,
        const std::vector<const Json*>& calls,
        bool return_exceptions,
        std::optional<Duration> delayed
    ) {
        const auto first = static_cast<std::uint8_t>(program_.tasks.size());
        add({.kind = kind, .index = index16(program_.forks.size())});
        program_.forks.push_back(
            {first, static_cast<std::uint8_t>(first + calls.size()), return_exceptions}
        );
        for (const Json* const call : calls) {
            if (program_.tasks.size() == models::tasks_max) {
                throw std::runtime_error("it has too many tasks");
            }
            const TaskId task{static_cast<std::uint8_t>(program_.tasks.size())};
            program_.tasks.push_back({call->at("label"), {}, {}});
            laters_.back().push_back({call, add_site(*call, task, false), task, delayed});
        }
    }

    std::uint16_t add_site(const Json& call, TaskId task, bool catches) {
        models::Site site;
        site.label = call.at("label");
        site.task = task;
        site.catches = catches;
        std::string const method = call.at("method");
        if (!methods_.contains(method)) {
            throw std::runtime_error("no method is called '" + method + "'");
        }
        site.job = methods_.at(method);
        std::string const object = call.at("obj");
        if (const auto group = groups_.find(object); group != groups_.end()) {
            site.group = group->second;
        }
        const models::ProgramJob& job = program_.jobs[site.job];
        if (is_group(job.policy.concurrency) && site.group != models::no_group) {
            site.lock = program_.group_locks[site.group];
        } else if (!is_group(job.policy.concurrency) && job.policy.concurrency != Concurrency::none) {
            site.lock = job.lock;
        }
        if (std::string const existing = text_at(call, "use_existing"); !existing.empty()) {
            site.existing = number_of(existing, program_.existing);
        }
        if (const auto found = call.find("override_cleanup");
            found != call.end() && !found->is_null()) {
            site.overrides_cleanup = found->get<bool>();
        }
        program_.sites.push_back(std::move(site));
        site_objects_.push_back(object);
        return index16(program_.sites.size() - 1);
    }

    Block add_body(const Json& body) {
        const Block block = begin_block();
        for (const Json& step : body) {
            add_step(step);
        }
        return end_block(block);
    }

    void add_step(const Json& step) {
        std::string const what = step.at("op");
        if (what == "sleep") {
            add_sleep(us(step.at("us")));
        } else if (what == "yield") {
            add_work(step.at("n"));
        } else if (what == "call") {
            const Json& call = step.at("call");
            add_work(call.value("yields", 0U));
            std::uint16_t const site = add_site(call, task_, step.value("catch", false));
            add({.kind = Kind::call, .index = site});
            laters_.back().push_back({&call, site, std::nullopt, std::nullopt});
        } else if (what == "gather") {
            std::vector<const Json*> calls;
            for (const Json& call : step.at("calls")) {
                calls.push_back(&call);
            }
            add_fork(Kind::gather, calls, step.value("return_exceptions", false), std::nullopt);
        } else if (what == "spawn" || what == "detach") {
            add_fork(
                what == "spawn" ? Kind::spawn : Kind::detach,
                {&step.at("call")},
                false,
                std::nullopt
            );
        } else if (what == "schedule") {
            const Duration delayed = us(step.value("delayed_us", Json(0)));
            add_fork(
                Kind::schedule,
                {&step.at("call")},
                false,
                delayed > Duration::zero() ? std::optional(delayed) : std::nullopt
            );
        } else if (what == "join") {
            targets_.emplace_back(program_.operations.size(), step.at("label"));
            add({.kind = Kind::join});
        } else if (what == "raise") {
            models::ProgramError error{step.at("type"), text_at(step, "message")};
            add({.kind = Kind::raise, .index = number_of(error, program_.errors)});
        } else if (what == "progress") {
            program_.amounts.push_back(step.at("value"));
            add({.kind = Kind::progress, .index = index16(program_.amounts.size() - 1)});
        } else if (what == "stage") {
            std::string const stage = text_at(step, step.contains("stage") ? "stage" : "value");
            add({.kind = Kind::stage, .index = number_of(stage, program_.texts)});
        } else {
            throw std::runtime_error("unknown step '" + what + "'");
        }
    }

    const Json& source_;
    const models::Revision& revision_;
    Program program_;
    TaskId task_;
    std::map<std::string, std::uint16_t> groups_;   // by object
    std::map<std::string, std::uint16_t> methods_;  // by name
    std::vector<std::string> site_objects_;
    std::vector<std::string> group_objects_;
    std::vector<std::vector<Later>> laters_;
    std::vector<std::pair<std::size_t, std::string>> targets_;  // operations and their tasks
};

}  // namespace

std::vector<GoldenCase> golden_cases(const Json& file, const models::Revision& revision) {
    std::vector<GoldenCase> cases;
    for (const Json& source : file.at("cases")) {
        try {
            cases.push_back(Builder(source, revision).build());
        } catch (const std::exception& error) {
            throw std::runtime_error(
                "case '" + source.value("id", std::string("?")) + "': " + error.what()
            );
        }
    }
    return cases;
}

}  // namespace interlock::ci
