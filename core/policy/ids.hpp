// What calls, jobs and groups are known by: numbers that mean nothing outside of their registry.
#pragma once

#include <cstdint>
#include <string>

namespace interlock {

// Identifies one call of one job within a registry. 0 is no call.
struct CallId {
    std::uint64_t value = 0;

    constexpr explicit operator bool() const noexcept { return value != 0; }
    friend constexpr bool operator==(CallId, CallId) = default;
};

// Number of a job or of a group within its registry, from 1 on; 0 is none.
struct JobId {
    std::uint32_t value = 0;
    friend constexpr bool operator==(JobId, JobId) = default;
};

struct GroupId {
    std::uint32_t value = 0;
    friend constexpr bool operator==(GroupId, GroupId) = default;
};

// A job or a group by number and by name. Kept by the registry for as long as it lives, so that a
// refusal can name a job that is gone.
struct JobLabel {
    JobId id;
    std::string name;
};

struct GroupLabel {
    GroupId id;
    std::string name;
};

// One call of a cycle of waits: it waits for the next one.
struct CycleStep {
    CallId call;
    const JobLabel* job = nullptr;
};

}  // namespace interlock
