// Which jobs exist, what the tasks do, and what must hold: a scenario file as values. Names are not
// yet looked up; program.hpp does that.
#pragma once

#include "core/policy/execution_limit.hpp"
#include "core/policy/policy.hpp"
#include "models/trace/property.hpp"
#include "models/trace/trace.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace interlock::models {

// Where something stands in the file, both from 1; 0: it was not written in a file.
struct Place {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    friend bool operator==(const Place&, const Place&) = default;
};

// What is wrong with a scenario, where, and what to do about it: one sentence each.
struct Diagnostic {
    Place place;
    std::string message;
};

struct Step;
using Steps = std::vector<Step>;

// `times` suspension points at which any ready task may run; no time passes.
struct WorkStep {
    std::uint32_t times = 1;
};

struct SleepStep {
    Duration duration{};
};

struct CallStep {
    std::string job;
    std::string group;          // empty: on no group
    std::optional<Steps> body;  // unset: the job's own
    bool catches = false;       // errors end here instead of ending the body that made the call
    bool retries = false;       // it is made again for as long as it is refused
    std::string label;          // empty: named by its place
    std::string existing;       // the job, made before and outside of all calls, that it is to use
};

// A call that is made in a task of its own, named as the call is.
struct ChildCall {
    Place place;
    CallStep call;
};

// Child tasks that are within the current job, and a wait for them.
struct GatherStep {
    std::vector<ChildCall> calls;
    bool return_exceptions = false;  // their errors are theirs, and all are waited for
};

// A child task that nobody waits for: within the current job, or, detached, within none.
struct SpawnStep {
    ChildCall child;
    bool is_detached = false;
};

// Until the spawned or detached call of that label is over; at once if it was not started yet.
struct JoinStep {
    std::string label;
};

struct RaiseStep {
    std::string error;
};

// Of a task, by its name; child tasks have the names of their calls.
struct CancelStep {
    std::string target;
};

// From now on each condition holds or does not; before, all hold.
struct SetStep {
    struct Condition {
        std::string name;
        bool holds = true;
    };
    std::vector<Condition> conditions;
};

// The wall clock is set to another time, by so much; no time passes.
struct ClockStep {
    Duration by{};
};

struct HoldStep {
    std::string mutex;
};

struct UnholdStep {
    std::string mutex;
};

struct Step {
    Place place;
    std::variant<
        WorkStep,
        SleepStep,
        CallStep,
        GatherStep,
        SpawnStep,
        JoinStep,
        RaiseStep,
        CancelStep,
        SetStep,
        ClockStep,
        HoldStep,
        UnholdStep>
        what;
};

// What has a lock and a throttle of its own.
enum class Scope : std::uint8_t {
    job,     // the job
    object,  // each group object that it is called on
};

struct JobSpec {
    std::string name;
    Place place;
    Policy policy;
    std::vector<std::string> conditions;
    std::optional<ExecutionLimit> limit;  // what it means depends on the revision
    Steps body;
    std::string on_error{};  // the type of its refusals, where they are errors
    Scope scope = Scope::job;
};

struct TaskSpec {
    std::string name;
    Place place;
    Steps steps;
    std::uint32_t count = 1;  // identical tasks
    bool repeats = false;     // its steps, for ever
};

// An object that jobs are called on.
struct GroupSpec {
    std::string name;
    Place place;
    std::string group{};  // empty: `name`; several objects may be of one group
};

enum class Strategy : std::uint8_t {
    exhaustive,  // every interleaving
    optimal,     // one execution of each class of equivalent ones
    stateful,
    bounded,    // those without preemptions, then those with one, …
    random,     // drawn uniformly from all interleavings, without end
    selective,  // drawn uniformly from the orders of turns that touch what is shared, without end
    pct,        // drawn by priorities of tasks, without end
    portfolio,  // random, pct and bounded in turn
    fifo,       // the one order of a first-come-first-served event loop
    replay,     // one given schedule
};

enum class Discipline : std::uint8_t { cooperative, preemptive };
enum class TimeMode : std::uint8_t { fixed, all };

// Whether to go on after a violation: of the property that is expected, or of any if none is.
enum class Stop : std::uint8_t { first, never };

struct Budget {
    std::uint64_t executions = 1'000'000;
    double seconds = 60;
    std::uint64_t memory_bytes = 0;  // of the process; 0: as much as there is
    friend bool operator==(const Budget&, const Budget&) = default;
};

struct ExploreSpec {
    Place place;
    Strategy strategy = Strategy::optimal;
    Discipline discipline = Discipline::cooperative;
    TimeMode time = TimeMode::fixed;
    Faults faults;
    Stop stop = Stop::first;
    Budget budget;
    std::uint64_t seed = 1;
    std::optional<std::uint32_t> bound = {};  // of Strategy::bounded
    std::uint32_t depth = 3;                  // of Strategy::pct
    friend bool operator==(const ExploreSpec&, const ExploreSpec&) = default;
};

// Nothing expected: holds.
struct ExpectSpec {
    std::optional<Property> violated;
    bool any_violation = false;  // violated, no property named
    Place place{};

    [[nodiscard]] bool is_violation() const noexcept { return any_violation || violated; }
};

struct Scenario {
    std::string file;  // for messages
    std::string name;
    std::string about;
    std::string revision = "interlock";
    Place revision_place;
    std::vector<GroupSpec> groups;
    std::vector<JobSpec> jobs;
    std::vector<TaskSpec> tasks;
    ExploreSpec explore;
    ExpectSpec expect;
};

std::string_view name_of(Strategy strategy) noexcept;
std::optional<Strategy> strategy_named(std::string_view name) noexcept;

// The names of all but replay, which needs a schedule.
std::span<const std::string_view> strategies_that_explore() noexcept;

// "file:line:column: message", the parts that are known.
std::string text_of(const Diagnostic& diagnostic, std::string_view file);

}  // namespace interlock::models
