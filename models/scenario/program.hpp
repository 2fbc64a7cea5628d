// A scenario with every name looked up and every body unfolded: what a world executes, and what
// gives the numbers in a trace their meaning.
#pragma once

#include "models/scenario/scenario.hpp"
#include "models/trace/trace.hpp"

#include <cstdint>
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
    enum class Kind : std::uint8_t { work, sleep, call, raise, cancel, set, hold, unhold };

    Kind kind = Kind::work;
    std::uint16_t index = 0;  // of the site, error, task, condition or mutex that it is about
    std::uint32_t times = 1;  // of work; of set: 1 if the condition holds, else 0
    Duration duration{};      // of sleep
    bool is_in_body = false;  // of a call: there a fault may raise
};

inline constexpr std::uint16_t no_group = 0xffff;

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
};

struct ProgramJob {
    std::string name;
    Policy policy;
    std::vector<std::uint16_t> conditions;
    std::uint16_t lock = no_lock;  // its own, if its policy has one
};

struct ProgramTask {
    std::string name;
    Place place;
    Block steps;
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
    std::vector<Operation> operations;
    std::vector<Site> sites;
    std::vector<ProgramJob> jobs;
    std::vector<std::string> groups;
    std::vector<std::uint16_t> group_locks;  // one a group
    std::vector<std::uint16_t> mutex_locks;  // one a mutex
    std::vector<std::string> errors;
    std::vector<std::string> conditions;
    std::vector<ProgramTask> tasks;
    std::vector<ProgramLock> locks;
    // Of all that decides what an execution does; schedules carry it.
    std::uint64_t fingerprint = 0;

    [[nodiscard]] const ProgramJob& job_of(std::uint16_t site) const {
        return jobs[sites[site].job];
    }
};

// Looks up and unfolds. Dangling names, impossible policies and bodies that would never end are
// diagnostics.
std::variant<Program, Diagnostic> compile(const Scenario& scenario);

}  // namespace interlock::models
