// What is known of one call while it is on its way, and afterwards where that is wanted.
#pragma once

#include "core/job/status.hpp"
#include "core/policy/ids.hpp"
#include "core/policy/time.hpp"

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace interlock {

enum class RecordPhase : std::uint8_t {
    waiting,  // the call was made, and its body has not begun
    running,
    done,  // the body is over
};

std::string_view name_of(RecordPhase phase) noexcept;

struct RecordError {
    std::string message;         // of a std::exception what it says, else "unknown error"
    std::string stage;           // at which it came
    std::exception_ptr error{};  // what the body threw; none where the body only noted a message
};

// A value. The labels live as long as the registry.
struct JobRecord {
    CallId id{};
    CallId parent{};  // the call whose body made this one, if any; its record may be gone
    const JobLabel* job = nullptr;
    const GroupLabel* group = nullptr;  // the one it was called on, if any
    std::string reference{};            // what it works on; the group's name, until it is set
    std::string stage{};                // what the body is at, in its own words
    std::string extra{};                // whatever else the body tells
    std::vector<RecordError> errors{};
    double progress = 0;  // per cent, from 0 to 100; it never goes back
    TimePoint created{};
    TimePoint done{};  // of a record that is kept, or listened to, and of one that failed
    RecordPhase phase = RecordPhase::waiting;
    Status how = Status::ran;  // of done: ran, failed or cancelled

    // Empty where there is none.
    [[nodiscard]] std::string_view name() const noexcept {
        return job != nullptr ? std::string_view(job->name) : std::string_view();
    }
};

enum class RecordChange : std::uint8_t {
    created,
    started,
    updated,  // by the body: its progress, stage, reference, extra or errors
    done,
    removed,  // as it was at the last
};

std::string_view name_of(RecordChange change) noexcept;

// Hears every change of every record, in the order in which they happen: created first, removed
// last, done at most once. It is told while the records are locked, so it must return soon, and not
// wait, throw, call jobs or use the records.
class RecordListener {
  public:
    RecordListener() = default;
    RecordListener(const RecordListener&) = delete;
    RecordListener& operator=(const RecordListener&) = delete;
    virtual ~RecordListener() = default;

    virtual void on_change(RecordChange change, const JobRecord& record) noexcept = 0;
};

// `progress`, if it is a percentage; else throws std::invalid_argument.
double checked_progress(double progress);

// `error` in words, at `stage`.
RecordError error_at(std::string_view stage, const std::exception_ptr& error);

}  // namespace interlock
