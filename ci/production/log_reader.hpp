// The log lines of a real run (core/job/log_line.hpp), read back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace interlock::ci {

struct LoggedEvent {
    std::string event;  // "queued"
    std::string job;    // empty: it is not said
    std::string group;
    std::uint64_t call = 0;
    std::uint64_t parent = 0;
    std::uint64_t holder = 0;
    std::string how;
    std::string reason;
    bool is_dry = false;
};

struct Log {
    std::vector<LoggedEvent> events;
    std::size_t lines = 0;  // of the file, those of others included
};

// The event of a line; whatever a logger puts before it does not matter. Nothing if there is none;
// `problem` says what is wrong with one that is there.
std::optional<LoggedEvent> logged_event(std::string_view line, std::string& problem);

// A problem is one line, with the line of `name` where it is.
std::optional<Log> read_log(std::string_view text, std::string_view name, std::string& problem);

}  // namespace interlock::ci
