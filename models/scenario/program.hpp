// A scenario with every name looked up and every body unfolded: what a world executes, and what
// gives the numbers in a trace their meaning.
#pragma once

#include "models/scenario/scenario.hpp"
#include "models/trace/trace.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace interlock::models {

// Operations [first, last) of Program::operations.
struct Block {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
};

struct Operation {
    enum class Kind : std::uint8_t {
        work,
        sleep,
        call,
        raise,
        cancel,
        set,
        hold,
        unhold,
        // What only the job system knows to do.
        gather,
        spawn,
        detach,
        join,
        // What only the reference knows: see golden traces.
        schedule,  // a fork, as a job that has no parent
        progress,  // of the current job: an amount
        stage,     // of the current job: a text
        state,     // of the core: a text
        // The wall clock goes to another time, by `duration`.
        shift,
    };

    Kind kind = Kind::work;
    // Of the site, error, task, condition, mutex, fork, amount or text that it is about.
    std::uint16_t index = 0;
    std::uint32_t times = 1;  // of work; of set: 1 if the condition holds, else 0
    Duration duration{};      // of sleep
    bool is_in_body = false;  // of a call: there a fault may raise
};

inline constexpr std::uint16_t no_group = 0xffff;
inline constexpr std::uint16_t no_existing = 0xffff;

// One place of the scenario where a call is made. Bodies are unfolded, so each place is reached at
// most once in an execution, and its outcome has an index of its own: that of the site.
struct Site {
    std::string label;
    Place place;
    TaskId task;
    std::uint16_t parent = no_site;  // the site whose body it is in
    std::uint16_t job = 0;
    std::uint16_t group = no_group;
    std::uint16_t lock = no_lock;  // the one that its job's policy goes through
    Block body;
    bool catches = false;
    bool retries = false;

    // Of the reference only.
    std::uint16_t existing = no_existing;   // the job that it is to use instead of a new one
    std::optional<bool> overrides_cleanup;  // instead of the decorator's
};

// How a parent's progress follows that of a child.
struct ChildSync {
    std::string name;                      // of the child's job
    std::optional<std::string> reference;  // unset: any
    double allocation = 0;                 // its part of the parent's progress, of 1
};

// Periods that are functions of what was called.
enum class PeriodRule : std::uint8_t {
    fixed,
    grow,      // 1 ms until a call at or after 500 us, 2 ms from then on
    by_calls,  // 1 ms, and 1 us for each call that the rate limit remembers
};

struct ProgramJob {
    std::string name;
    Policy policy;
    std::vector<std::uint16_t> conditions;
    std::uint16_t lock = no_lock;  // its own, if its policy has one

    std::uint16_t spec = 0;           // the job of the scenario that it is of
    std::uint16_t object = no_group;  // the one that it is of, if each object has its own
    // Of the reference only.
    std::string owner;  // the class whose method it is
    std::string on_error;
    bool cleans_up = true;
    bool is_internal = false;
    std::vector<ChildSync> child_syncs;
    PeriodRule period_rule = PeriodRule::fixed;
};

struct ProgramError {
    std::string type;
    std::string message;
    friend bool operator==(const ProgramError&, const ProgramError&) = default;
};

// Tasks that a step starts: [first, last).
struct Fork {
    std::uint8_t first = 0;
    std::uint8_t last = 0;
    bool return_exceptions = false;
};

struct ProgramTask {
    std::string name;
    Place place;
    Block steps;
    TaskId like{};                 // the first of its copies, which may be itself
    std::uint16_t first_site = 0;  // of its calls, which no other's come between
    bool repeats = false;          // its steps, for ever
};

struct ProgramLock {
    enum class Kind : std::uint8_t { job, group, mutex };

    std::string name;  // "lock of job refresh", "lock of group core", "mutex m"
    Kind kind = Kind::job;
    std::uint16_t index = 0;  // of the job, the group or the mutex
};

struct Program {
    std::string name;
    std::string revision;
    Discipline discipline = Discipline::cooperative;
    std::vector<Operation> operations;
    std::vector<Site> sites;
    std::vector<ProgramJob> jobs;
    std::vector<std::string> groups;         // by object: the name of its group
    std::vector<std::string> objects;        // their own names; empty: those of the groups
    std::vector<std::uint16_t> group_locks;  // one a group
    std::vector<std::uint16_t> mutex_locks;  // one a mutex
    std::vector<ProgramError> errors;
    std::vector<std::string> conditions;
    std::vector<ProgramTask> tasks;
    std::size_t beginners = 0;  // so many of them begin by themselves; the others are of forks
    std::vector<Fork> forks;
    std::vector<ProgramLock> locks;

    // Of the reference only.
    std::vector<std::string> references;  // one a group; empty: none has one
    std::vector<std::string> existing;    // jobs that were made outside of calls
    std::vector<double> amounts;
    std::vector<std::string> texts;
    std::vector<std::uint16_t> unmet;  // conditions that do not hold at first

    // What fingerprint_of() says; schedules carry it.
    std::uint64_t fingerprint = 0;

    // Whether an execution may go on for ever.
    [[nodiscard]] bool is_endless() const {
        return std::any_of(tasks.begin(), tasks.end(), [](auto& task) { return task.repeats; }) ||
               std::any_of(sites.begin(), sites.end(), [](auto& site) { return site.retries; });
    }

    // The first object of the same group.
    [[nodiscard]] std::uint16_t group_of(std::uint16_t object) const {
        return static_cast<std::uint16_t>(
            std::find(groups.begin(), groups.end(), groups[object]) - groups.begin()
        );
    }

    // The site's place among the calls of its task, which is the same in a copy of the task.
    [[nodiscard]] std::uint16_t place_of(std::size_t site) const {
        return static_cast<std::uint16_t>(site - tasks[sites[site].task.value].first_site);
    }

    [[nodiscard]] const ProgramJob& job_of(std::uint16_t site) const {
        return jobs[sites[site].job];
    }
};

// Looks up and unfolds. Dangling names, impossible policies and bodies that would never end are
// diagnostics.
std::variant<Program, Diagnostic> compile(const Scenario& scenario);

// Of all that decides what an execution does, but for `fingerprint` itself.
std::uint64_t fingerprint_of(const Program& program);

}  // namespace interlock::models
