#include "models/scenario/writer.hpp"

#include <algorithm>
#include <array>
#include <yaml-cpp/yaml.h>

namespace interlock::models {

namespace {

struct Unit {
    std::int64_t ns;
    const char* name;
};
constexpr std::array<Unit, 5> units{{
    {3'600'000'000'000, "h"},
    {60'000'000'000, "min"},
    {1'000'000'000, "s"},
    {1'000'000, "ms"},
    {1'000, "us"},
}};

// In the largest unit that divides it; parts of a microsecond as decimals.
std::string duration_text(Duration duration) {
    std::int64_t const ns = duration.count();
    for (const Unit& unit : units) {
        if (ns != 0 && ns % unit.ns == 0) {
            return std::to_string(ns / unit.ns) + unit.name;
        }
    }
    std::string decimals = std::to_string(1000 + ns % 1000).substr(1);
    return ns == 0 ? "0s" : std::to_string(ns / 1000) + "." + decimals + "us";
}

void write(YAML::Emitter& out, const Steps& steps);

void write(YAML::Emitter& out, const CallStep& call) {
    out << YAML::Key << "call" << YAML::Value
        << (call.group.empty() ? call.job : call.job + "@" + call.group);
    if (call.body) {
        out << YAML::Key << "body" << YAML::Value;
        write(out, *call.body);
    }
    if (call.catches) {
        out << YAML::Key << "catch" << YAML::Value << true;
    }
    if (call.retries) {
        out << YAML::Key << "retry" << YAML::Value << true;
    }
    if (!call.existing.empty()) {
        out << YAML::Key << "existing" << YAML::Value << call.existing;
    }
    if (!call.label.empty()) {
        out << YAML::Key << "label" << YAML::Value << call.label;
    }
}

void write_map(YAML::Emitter& out, const CallStep& call) {
    out << YAML::Flow << YAML::BeginMap;
    write(out, call);
    out << YAML::EndMap;
}

void write(YAML::Emitter& out, const GatherStep& gather) {
    out << YAML::Key << "gather" << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const ChildCall& child : gather.calls) {
        write_map(out, child.call);
    }
    out << YAML::EndSeq;
    if (gather.return_exceptions) {
        out << YAML::Key << "return_exceptions" << YAML::Value << true;
    }
}

void write(YAML::Emitter& out, const Step& step) {
    const auto pair = [&](const char* key, const auto& value) {
        out << YAML::Key << key << YAML::Value << value;
    };
    out << YAML::Flow << YAML::BeginMap;
    if (const auto* work = std::get_if<WorkStep>(&step.what)) {
        pair("work", work->times);
    } else if (const auto* sleep = std::get_if<SleepStep>(&step.what)) {
        pair("sleep", duration_text(sleep->duration));
    } else if (const auto* call = std::get_if<CallStep>(&step.what)) {
        write(out, *call);
    } else if (const auto* gather = std::get_if<GatherStep>(&step.what)) {
        write(out, *gather);
    } else if (const auto* spawn = std::get_if<SpawnStep>(&step.what)) {
        out << YAML::Key << (spawn->is_detached ? "detach" : "spawn") << YAML::Value;
        write_map(out, spawn->child.call);
    } else if (const auto* join = std::get_if<JoinStep>(&step.what)) {
        pair("join", join->label);
    } else if (const auto* raise = std::get_if<RaiseStep>(&step.what)) {
        pair("raise", raise->error);
    } else if (const auto* cancel = std::get_if<CancelStep>(&step.what)) {
        pair("cancel", cancel->target);
    } else if (const auto* set = std::get_if<SetStep>(&step.what)) {
        out << YAML::Key << "set" << YAML::Value << YAML::BeginMap;
        for (const SetStep::Condition& condition : set->conditions) {
            pair(condition.name.c_str(), condition.holds);
        }
        out << YAML::EndMap;
    } else if (const auto* clock = std::get_if<ClockStep>(&step.what)) {
        const bool is_back = clock->by < Duration::zero();
        pair("clock", (is_back ? "-" : "") + duration_text(is_back ? -clock->by : clock->by));
    } else if (const auto* hold = std::get_if<HoldStep>(&step.what)) {
        pair("hold", hold->mutex);
    } else {
        pair("unhold", std::get<UnholdStep>(step.what).mutex);
    }
    out << YAML::EndMap;
}

void write(YAML::Emitter& out, const Steps& steps) {
    out << YAML::Flow << YAML::BeginSeq;
    for (const Step& step : steps) {
        write(out, step);
    }
    out << YAML::EndSeq;
}

void write(YAML::Emitter& out, const JobSpec& job) {
    const Policy& policy = job.policy;
    const auto pair = [&](const char* key, const auto& value) {
        out << YAML::Key << key << YAML::Value << value;
    };
    out << YAML::Key << job.name << YAML::Value << YAML::Flow << YAML::BeginMap;
    if (job.limit) {
        pair("limit", std::string(name_of(*job.limit)));
    } else {
        pair("concurrency", std::string(name_of(policy.concurrency)));
        pair("throttle", std::string(name_of(policy.throttle)));
    }
    if (policy.period) {
        pair("period", duration_text(*policy.period));
    }
    if (policy.max_calls) {
        pair("max_calls", *policy.max_calls);
    }
    if (policy.max_waiting) {
        pair("max_waiting", *policy.max_waiting);
    }
    if (policy.wait_timeout) {
        pair("wait_timeout", duration_text(*policy.wait_timeout));
    }
    if (policy.service_time) {
        pair("service_time", duration_text(*policy.service_time));
    }
    if (policy.keep_latest) {
        pair("keep_latest", true);
    }
    if (!policy.detect_deadlock) {
        pair("detect_deadlock", false);
    }
    if (!job.conditions.empty()) {
        out << YAML::Key << "conditions" << YAML::Value << YAML::Flow << job.conditions;
    }
    if (!job.on_error.empty()) {
        pair("on_error", job.on_error);
    }
    if (policy.throttle_counts != ThrottleCounts::start) {
        pair("throttle_counts", std::string(name_of(policy.throttle_counts)));
    }
    if (job.scope != Scope::job) {
        pair("scope", std::string("object"));
    }
    out << YAML::Key << "body" << YAML::Value;
    write(out, job.body);
    out << YAML::EndMap;
}

// As a list, unless an object is called otherwise than its group.
void write(YAML::Emitter& out, const std::vector<GroupSpec>& groups) {
    const bool is_list = std::all_of(groups.begin(), groups.end(), [](const GroupSpec& group) {
        return group.group.empty() || group.group == group.name;
    });
    out << YAML::Flow;
    if (is_list) {
        out << YAML::BeginSeq;
        for (const GroupSpec& group : groups) {
            out << group.name;
        }
        out << YAML::EndSeq;
        return;
    }
    out << YAML::BeginMap;
    for (const GroupSpec& group : groups) {
        out << YAML::Key << group.name << YAML::Value
            << (group.group.empty() ? group.name : group.group);
    }
    out << YAML::EndMap;
}

// What decides which executions there are, as far as it is not as usual.
void write(YAML::Emitter& out, const ExploreSpec& explore) {
    ExploreSpec usual;
    usual.place = explore.place;
    if (explore == usual) {
        return;
    }
    const auto unless = [&](bool is_usual, const std::string& key, const auto& value) {
        if (!is_usual) {
            out << YAML::Key << key << YAML::Value << value;
        }
    };
    const auto begin = [&](const char* key) {
        out << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginMap;
    };
    const Faults& faults = explore.faults;
    const Budget& budget = explore.budget;
    begin("explore");
    unless(explore.strategy == usual.strategy, "strategy", std::string(name_of(explore.strategy)));
    unless(explore.discipline == usual.discipline, "discipline", std::string("preemptive"));
    unless(explore.time == usual.time, "time", std::string("all"));
    unless(explore.stop == usual.stop, "stop", std::string("never"));
    if (faults != usual.faults) {
        begin("faults");
        unless(faults.raise == 0, "raise", faults.raise);
        unless(faults.cancel == 0, "cancel", faults.cancel);
        out << YAML::EndMap;
    }
    if (budget != usual.budget) {
        begin("budget");
        unless(budget.executions == usual.budget.executions, "executions", budget.executions);
        unless(budget.seconds == usual.budget.seconds, "seconds", budget.seconds);
        out << YAML::EndMap;
    }
    unless(explore.seed == usual.seed, "seed", explore.seed);
    unless(!explore.bound, "bound", explore.bound.value_or(0));
    unless(explore.depth == usual.depth, "depth", explore.depth);
    out << YAML::EndMap;
}

void write(YAML::Emitter& out, const ExpectSpec& expect) {
    if (!expect.is_violation()) {
        return;
    }
    out << YAML::Key << "expect" << YAML::Value << YAML::Flow << YAML::BeginMap;
    out << YAML::Key << "verdict" << YAML::Value << "violated";
    if (expect.violated) {
        out << YAML::Key << "property" << YAML::Value << std::string(name_of(*expect.violated));
    }
    out << YAML::EndMap;
}

}  // namespace

std::string yaml_of(const Scenario& scenario) {
    YAML::Emitter out;
    const auto key = [&](const char* name) -> YAML::Emitter& {
        return out << YAML::Key << name << YAML::Value;
    };
    out << YAML::BeginMap;
    key("interlock") << 1;
    key("name") << scenario.name;
    if (!scenario.about.empty()) {
        key("about") << scenario.about;
    }
    key("revision") << scenario.revision;
    if (!scenario.groups.empty()) {
        write(key("groups"), scenario.groups);
    }
    if (!scenario.jobs.empty()) {
        key("jobs") << YAML::BeginMap;
        for (const JobSpec& job : scenario.jobs) {
            write(out, job);
        }
        out << YAML::EndMap;
    }
    key("tasks") << YAML::BeginMap;
    for (const TaskSpec& task : scenario.tasks) {
        key(task.name.c_str());
        if (task.count == 1 && !task.repeats) {
            write(out, task.steps);
        } else {
            out << YAML::Flow << YAML::BeginMap;
            key("steps");
            write(out, task.steps);
            if (task.count != 1) {
                key("count") << task.count;
            }
            if (task.repeats) {
                key("repeat") << "forever";
            }
            out << YAML::EndMap;
        }
    }
    out << YAML::EndMap;
    write(out, scenario.explore);
    write(out, scenario.expect);
    out << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

}  // namespace interlock::models
