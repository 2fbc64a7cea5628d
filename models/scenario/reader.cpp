#include "models/scenario/reader.hpp"

#include "models/scenario/document.hpp"
#include "models/scenario/sections.hpp"
#include "models/scenario/yaml.hpp"
#include "models/trace/trace.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>

namespace interlock::models {

namespace {

using yaml::contains;
using yaml::Entry;
using yaml::fail;
using yaml::in_quotes;
using yaml::Map;

// Aliases make files that are short and endless, or nearly.
constexpr std::size_t depth_max = 100;
constexpr std::size_t steps_max = 10'000;

constexpr std::size_t bytes_max = std::size_t{1} << 20;

constexpr std::array<std::string_view, 9> scenario_keys{
    "interlock", "name", "about", "revision", "groups", "jobs", "tasks", "explore", "expect"};
constexpr std::array<std::string_view, 6> revision_names{
    "interlock", "limit", "split", "guarded", "merged", "head"};
constexpr std::array<std::string_view, 15> job_keys{
    "concurrency",
    "throttle",
    "period",
    "max_calls",
    "max_waiting",
    "wait_timeout",
    "service_time",
    "throttle_counts",
    "keep_latest",
    "detect_deadlock",
    "conditions",
    "on_error",
    "limit",
    "scope",
    "body"};
constexpr std::array<std::string_view, 2> scope_names{"job", "object"};
constexpr std::array<std::string_view, 3> task_keys{"steps", "count", "repeat"};
constexpr std::array<std::string_view, 1> repeat_names{"forever"};

constexpr std::array<std::string_view, 13> step_names{
    "work",
    "sleep",
    "call",
    "gather",
    "spawn",
    "detach",
    "join",
    "raise",
    "cancel",
    "set",
    "clock",
    "hold",
    "unhold"};
constexpr std::array<std::string_view, 6> call_keys{
    "call", "body", "catch", "retry", "label", "existing"};
constexpr std::array<std::string_view, 2> gather_keys{"gather", "return_exceptions"};
constexpr std::string_view steps_hint = "steps, as [work]";

// Of one file.
class Reader {
  public:
    Scenario read(const YAML::Node& root) {
        const Map map({"", {1, 1}, root}, "a scenario");
        check_version(map);
        map.takes(scenario_keys);
        Scenario scenario;
        read_name(map.need("name", "say what the scenario shows, as name: two-jobs"), scenario);
        if (const auto* about = map.find("about")) {
            scenario.about = yaml::text(*about);
        }
        if (const auto* revision = map.find("revision")) {
            scenario.revision = revision_names.at(yaml::choice(*revision, revision_names));
            scenario.revision_place = revision->place();
        }
        if (const auto* groups = map.find("groups")) {
            scenario.groups = read_groups(*groups);
        }
        if (const auto* jobs = map.find("jobs")) {
            const Map all(*jobs, "'jobs'");
            for (const Entry& job : all.entries()) {
                scenario.jobs.push_back(read_job(job));
            }
        }
        scenario.tasks = read_tasks(map.need("tasks", "add one, as tasks: {first: [work]}"));
        if (const auto* explore = map.find("explore")) {
            scenario.explore = yaml::read_explore(*explore);
        }
        if (const auto* expect = map.find("expect")) {
            scenario.expect = yaml::read_expect(*expect);
        }
        return scenario;
    }

  private:
    // Comes first: the keys of another version may be others.
    static void check_version(const Map& map) {
        const Entry& version = map.need("interlock", "a scenario starts with interlock: 1");
        if (yaml::text(version) != "1") {
            fail(
                version.place(),
                "this version reads 'interlock: 1', not " + in_quotes(yaml::text(version))
            );
        }
    }

    static void read_name(const Entry& entry, Scenario& scenario) {
        scenario.name = yaml::text(entry);
        if (scenario.name.empty()) {
            fail(entry.place(), "the name of the scenario is empty");
        }
    }

    static std::vector<GroupSpec> read_groups(const Entry& entry) {
        std::vector<GroupSpec> groups;
        if (entry.value.IsMap()) {
            const Map objects(entry, "'groups'");
            for (const Entry& object : objects.entries()) {
                yaml::check_name(object.key, object.key_place);
                groups.push_back({object.key, object.key_place, yaml::name(object)});
            }
            return groups;
        }
        for (const Entry& element : yaml::list(entry, "names, as [core, addon]")) {
            GroupSpec group{yaml::name(element), element.place()};
            for (const GroupSpec& other : groups) {
                if (other.name == group.name) {
                    fail(group.place, "group " + in_quotes(group.name) + " is here twice");
                }
            }
            groups.push_back(std::move(group));
        }
        return groups;
    }

    JobSpec read_job(const Entry& entry) {
        yaml::check_name(entry.key, entry.key_place);
        JobSpec job;
        job.name = entry.key;
        job.place = entry.key_place;
        job.body = {Step{entry.key_place, WorkStep{}}};
        if (entry.value.IsNull()) {
            return job;
        }
        const Map map(entry, "job " + in_quotes(entry.key));
        map.takes(job_keys);
        job.policy = yaml::read_policy(map);
        if (const auto* conditions = map.find("conditions")) {
            for (const Entry& condition : yaml::list(*conditions, "names, as [running]")) {
                job.conditions.push_back(yaml::name(condition));
            }
        }
        if (const auto* error = map.find("on_error")) {
            job.on_error = yaml::name(*error, yaml::Dots::allowed);
        }
        if (const auto* limit = map.find("limit")) {
            job.limit = yaml::choice<ExecutionLimit>(*limit, yaml::names_of<ExecutionLimit, 10>());
        }
        if (const auto* scope = map.find("scope")) {
            job.scope = yaml::choice<Scope>(*scope, scope_names);
        }
        if (const auto* body = map.find("body")) {
            job.body = read_steps(*body);
        }
        return job;
    }

    std::vector<TaskSpec> read_tasks(const Entry& entry) {
        std::vector<TaskSpec> tasks;
        std::size_t count = 0;
        const Map map(entry, "'tasks'");
        for (const Entry& task : map.entries()) {
            tasks.push_back(read_task(task));
            count += tasks.back().count;
            if (count > tasks_max) {
                fail(
                    task.key_place,
                    "there are " + std::to_string(count) + " tasks up to here; at most " +
                        std::to_string(tasks_max) + " can be explored"
                );
            }
        }
        if (tasks.empty()) {
            fail(map.place(), "there is no task; add one, as first: [work]");
        }
        return tasks;
    }

    TaskSpec read_task(const Entry& entry) {
        yaml::check_name(entry.key, entry.key_place);
        TaskSpec task{entry.key, entry.key_place, {}};
        if (!entry.value.IsMap()) {
            task.steps = read_steps(entry);
            return task;
        }
        const Map map(entry, "task " + in_quotes(entry.key));
        map.takes(task_keys);
        task.steps = read_steps(map.need("steps", "add some, as steps: [work]"));
        if (const auto* count = map.find("count")) {
            task.count = yaml::whole<std::uint32_t>(*count, 1, tasks_max);
        }
        if (const auto* repeat = map.find("repeat")) {
            task.repeats = yaml::choice(*repeat, repeat_names) == 0;
        }
        return task;
    }

    // The recursion ends: depth_ is bounded.
    Steps read_steps(const Entry& entry) {
        if (++depth_ > depth_max) {
            fail(
                entry.place(),
                "bodies are nested more than " + std::to_string(depth_max) + " deep here"
            );
        }
        Steps steps;
        for (const Entry& element : yaml::list(entry, steps_hint)) {
            if (++steps_ > steps_max) {
                fail(
                    element.place(),
                    "the scenario has more than " + std::to_string(steps_max) + " steps"
                );
            }
            steps.push_back(read_step(element));
        }
        --depth_;
        return steps;
    }

    Step read_step(const Entry& element) {
        const Place place = element.place();
        if (element.value.IsNull()) {
            fail(place, "a step in the list " + in_quotes(element.key) + " is empty");
        }
        if (element.value.IsScalar()) {
            check_word(element.value.Scalar(), place);
            return {place, WorkStep{}};
        }
        if (!element.value.IsMap()) {
            fail(place, "a step is not a list; write its steps here, or the body of a call");
        }
        const Map map(element, "a step");
        return {place, read_kind(map, kind_of(map))};
    }

    static void check_word(std::string_view word, Place place) {
        if (word == "work") {
            return;
        }
        if (word == "raise") {
            fail(place, "'raise' needs an error; write {raise: Error}");
        }
        if (contains(step_names, word)) {
            fail(place, in_quotes(word) + " needs a value; write {" + std::string(word) + ": …}");
        }
        fail_unknown_step(word, place);
    }

    [[noreturn]] static void fail_unknown_step(std::string_view word, Place place) {
        fail(place, "unknown step " + in_quotes(word) + yaml::suggestion_or_list(word, step_names));
    }

    // The entry that says what the step does; the others are its options.
    static const Entry& kind_of(const Map& map) {
        const Entry* kind = nullptr;
        for (const Entry& entry : map.entries()) {
            if (!contains(step_names, entry.key)) {
                continue;
            }
            if (kind != nullptr) {
                fail(
                    entry.key_place,
                    "a step does one thing; make " + in_quotes(entry.key) + " a step of its own"
                );
            }
            kind = &entry;
        }
        if (kind != nullptr) {
            return *kind;
        }
        if (map.entries().empty()) {
            fail(map.place(), "this step is empty");
        }
        const Entry& first = map.entries().front();
        if (contains(call_keys, first.key)) {
            fail(first.key_place, in_quotes(first.key) + " is an option of a call; add 'call'");
        }
        fail_unknown_step(first.key, first.key_place);
    }

    decltype(Step::what) read_kind(const Map& map, const Entry& kind) {
        if (kind.key == "call") {
            return read_call(map, kind);
        }
        if (kind.key == "gather") {
            return read_gather(map, kind);
        }
        const std::array<std::string_view, 1> keys{kind.key};
        map.takes(keys);
        if (kind.key == "work") {
            return WorkStep{yaml::whole<std::uint32_t>(kind, 1)};
        }
        if (kind.key == "sleep") {
            return SleepStep{yaml::duration(kind)};
        }
        if (kind.key == "spawn" || kind.key == "detach") {
            return SpawnStep{read_child(kind), kind.key == "detach"};
        }
        if (kind.key == "join") {
            // A call without a label is named by its place; copies have names of their own.
            return JoinStep{yaml::text(kind)};
        }
        if (kind.key == "cancel") {
            // The copies of a task have names of their own: many#1.
            return CancelStep{yaml::text(kind)};
        }
        if (kind.key == "raise") {
            return RaiseStep{yaml::name(kind, yaml::Dots::allowed)};
        }
        if (kind.key == "set") {
            return read_set(kind);
        }
        if (kind.key == "clock") {
            return ClockStep{yaml::difference(kind)};
        }
        if (kind.key == "hold") {
            return HoldStep{yaml::name(kind)};
        }
        return UnholdStep{yaml::name(kind)};
    }

    static SetStep read_set(const Entry& kind) {
        SetStep set;
        const Map map(kind, "'set'");
        for (const Entry& condition : map.entries()) {
            yaml::check_name(condition.key, condition.key_place);
            set.conditions.push_back({condition.key, yaml::truth(condition)});
        }
        if (set.conditions.empty()) {
            fail(map.place(), "'set' needs a condition; write {set: {running: false}}");
        }
        return set;
    }

    GatherStep read_gather(const Map& map, const Entry& kind) {
        map.takes(gather_keys);
        GatherStep gather;
        for (const Entry& child : yaml::list(kind, "calls, as [{call: job}]")) {
            gather.calls.push_back(read_child(child));
        }
        if (gather.calls.empty()) {
            fail(kind.place(), "'gather' needs a call; write {gather: [{call: job}]}");
        }
        if (const auto* returns = map.find("return_exceptions")) {
            gather.return_exceptions = yaml::truth(*returns);
        }
        return gather;
    }

    ChildCall read_child(const Entry& entry) {
        if (!entry.value.IsMap()) {
            fail(entry.place(), in_quotes(entry.key) + " takes a call, as {call: job}");
        }
        const Map map(entry, "a call");
        return {entry.place(), read_call(map, map.need("call", "write {call: job}"))};
    }

    CallStep read_call(const Map& map, const Entry& kind) {
        map.takes(call_keys);
        CallStep call;
        const std::string& target = yaml::text(kind);
        std::size_t const at = target.find('@');
        call.job = target.substr(0, at);
        yaml::check_name(call.job, kind.place());
        if (at != std::string::npos) {
            call.group = target.substr(at + 1);
            yaml::check_name(call.group, kind.place());
        }
        if (const auto* body = map.find("body")) {
            call.body = read_steps(*body);
        }
        if (const auto* caught = map.find("catch")) {
            call.catches = yaml::truth(*caught);
        }
        if (const auto* retry = map.find("retry")) {
            call.retries = yaml::truth(*retry);
        }
        if (const auto* existing = map.find("existing")) {
            call.existing = yaml::name(*existing);
        }
        if (const auto* label = map.find("label")) {
            call.label = yaml::name(*label, yaml::Dots::allowed);
            const auto [first, is_new] = labels_.emplace(call.label, label->place());
            if (!is_new) {
                fail(
                    label->place(),
                    "label " + in_quotes(call.label) + " is here twice; it is already on line " +
                        std::to_string(first->second.line)
                );
            }
        }
        return call;
    }

    std::map<std::string, Place> labels_;
    std::size_t depth_ = 0;  // of bodies within bodies
    std::size_t steps_ = 0;  // read so far
};

Diagnostic cannot_read(const std::string& file, const std::string& reason) {
    return {{}, "cannot read " + file + ": " + reason};
}

}  // namespace

std::variant<Scenario, Diagnostic> read_scenario(std::string_view text, std::string file) {
    try {
        const YAML::Node document = yaml::only_document(std::string(text));
        if (document.IsNull()) {
            return Diagnostic{{1, 1}, "there is nothing here; a scenario starts with interlock: 1"};
        }
        Scenario scenario = Reader().read(document);
        scenario.file = std::move(file);
        return scenario;
    } catch (const Diagnostic& diagnostic) {
        return diagnostic;
    }
}

std::variant<Scenario, Diagnostic> read_scenario_file(const std::string& file) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) {
        return cannot_read(file, "it is a directory");
    }
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    // What comes from a device or a pipe may never end.
    std::string text(bytes_max + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!stream.is_open() || stream.bad()) {
        const int error = errno;
        return cannot_read(
            file, error == 0 ? "unknown reason" : std::generic_category().message(error)
        );
    }
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > bytes_max) {
        return cannot_read(
            file,
            "it has more than " + std::to_string(bytes_max) + " bytes, which no scenario needs"
        );
    }
    return read_scenario(text, file);
}

std::vector<KeySection> key_sections() {
    const auto section = [](std::string_view name, yaml::Names keys) {
        return KeySection{name, {keys.begin(), keys.end()}};
    };
    return {
        section("a scenario", scenario_keys),
        section("a job", job_keys),
        section("a task", task_keys),
        section("a step, one of", step_names),
        section("a call", call_keys),
        section("a gather", gather_keys),
        section("`explore`", yaml::explore_key_names()),
        section("`expect`", yaml::expect_key_names()),
    };
}

}  // namespace interlock::models
