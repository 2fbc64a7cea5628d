// What is counted of one job.
#pragma once

#include "core/job/histogram.hpp"
#include "core/job/status.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace interlock {

// One number for each reason.
class CountsByReason {
  public:
    static constexpr std::size_t size = static_cast<std::size_t>(Reason::cancelled) + 1;

    std::uint64_t& operator[](Reason reason) noexcept {
        return counts_[static_cast<std::size_t>(reason)];
    }
    std::uint64_t operator[](Reason reason) const noexcept {
        return counts_[static_cast<std::size_t>(reason)];
    }

    [[nodiscard]] std::uint64_t total() const noexcept {
        std::uint64_t total = 0;
        for (const std::uint64_t count : counts_) {
            total += count;
        }
        return total;
    }

    friend bool operator==(const CountsByReason&, const CountsByReason&) = default;

  private:
    std::array<std::uint64_t, size> counts_{};
};

// While no call is in progress, every call that arrived has run, failed, was cancelled or refused.
struct JobCounts {
    std::string job;

    std::uint64_t arrived = 0;
    std::uint64_t queued = 0;             // had to wait for the lock; of a dry run, would have
    std::uint64_t admitted = 0;           // got the lock; calls without one are not counted
    std::uint64_t started = 0;            // whose body began, and ended as one of the next three
    std::uint64_t ran = 0;                // the body returned
    std::uint64_t failed = 0;             // the body threw
    std::uint64_t cancelled = 0;          // the body was stopped
    std::uint64_t cancelled_waiting = 0;  // stopped while it waited, so it never started

    CountsByReason refused{};
    CountsByReason would_refuse{};  // but the policy is dry_run; one call may have more than one

    std::uint64_t waiting = 0;  // calls now
    std::uint64_t running = 0;  // calls now

    Histogram waiting_time{};  // of calls that were queued, until they were admitted or turned away
    Histogram running_time{};  // of bodies, however they ended

    friend bool operator==(const JobCounts&, const JobCounts&) = default;
};

}  // namespace interlock
