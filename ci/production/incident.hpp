// Where the calls of a real run are when its log ends.
#pragma once

#include "ci/production/log_reader.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace interlock::ci {

struct LoggedCall {
    std::uint64_t number = 0;
    std::string job;
    std::string group;
    std::vector<std::uint64_t> children;  // made by its body, in their order
    bool was_queued = false;
    bool has_lock = false;  // admitted or granted, and not given back
    bool is_started = false;
    bool is_over = false;
    std::string how;  // of one that is over: "ran", "failed", "cancelled", or why it was refused

    [[nodiscard]] bool waits() const noexcept {
        return was_queued && !has_lock && !is_started && !is_over;
    }
    [[nodiscard]] bool runs() const noexcept { return is_started && !is_over; }
};

struct Incident {
    std::map<std::uint64_t, LoggedCall> calls;
    std::vector<std::uint64_t>
        roots;  // calls that no other made, and those of parents not in the log

    // Whether something is left of the call, or of one that it made: it waits, runs, or has a lock.
    [[nodiscard]] bool is_open(std::uint64_t call) const;
};

Incident incident_of(const Log& log);

}  // namespace interlock::ci
