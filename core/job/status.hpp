// How a call can end; spelled as printed.
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

std::string_view name_of(Status status) noexcept;

}  // namespace interlock
