// How a call can end, and why one is turned away; spelled as printed.
#pragma once

#include <cstdint>
#include <string_view>

namespace interlock {

enum class Status : std::uint8_t {
    ran,               // the body returned
    throttled,         // skipped: too soon after the last start
    rejected,          // refused: another call holds the lock, or the queue is full
    rate_limited,      // refused: too many starts in the window
    condition_failed,  // refused: a condition of the job does not hold
    timed_out,         // left the queue: waited too long
    would_deadlock,    // refused: the wait could never end
    failed,            // the body threw
    cancelled,         // stopped, while waiting or in the body
};

enum class Reason : std::uint8_t {
    busy,              // rejected: another call holds the lock
    queue_full,        // rejected: so many wait already
    replaced,          // rejected: a newer call of the job took its place in the queue
    shut_down,         // rejected: the registry takes no calls any more
    too_many_keys,     // rejected: all keys that are remembered are needed (keyed_job.hpp)
    throttled,         // throttled
    rate_limited,      // rate_limited
    condition_failed,  // condition_failed
    timed_out,         // timed_out: it waited until its time was over
    too_late,          // timed_out: its time was over before it had to wait, or before its turn
    would_deadlock,    // would_deadlock
    cancelled,         // cancelled, while it waited
};

std::string_view name_of(Status status) noexcept;
std::string_view name_of(Reason reason) noexcept;

// What a call that is turned away for `reason` ends as.
constexpr Status status_of(Reason reason) noexcept {
    switch (reason) {
        case Reason::throttled:
            return Status::throttled;
        case Reason::rate_limited:
            return Status::rate_limited;
        case Reason::condition_failed:
            return Status::condition_failed;
        case Reason::timed_out:
        case Reason::too_late:
            return Status::timed_out;
        case Reason::would_deadlock:
            return Status::would_deadlock;
        case Reason::cancelled:
            return Status::cancelled;
        default:
            return Status::rejected;
    }
}

}  // namespace interlock
