// Counts and times the calls of each job, for those who watch an application.
#pragma once

#include "core/gate/clock.hpp"
#include "core/job/job_counts.hpp"
#include "core/job/observer.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace interlock {

// Of one registry: the calls of two may have the same ids. It needs memory for each job name that
// was ever called and for each call that waits or runs now; without it the program ends, because
// observers cannot throw.
//
// Safe to share between threads. The mutex is held for a few lookups and one look at the clock, and
// by snapshot() for a copy of all.
class Counters final : public Observer {
  public:
    using Snapshot = std::vector<JobCounts>;  // sorted by job

    // `clock` outlives this; waiting and running times are measured by it. `bounds` are those of
    // the histograms.
    explicit Counters(
        const Clock& clock = SteadyClock::instance(),
        std::vector<Duration> bounds = Histogram::default_bounds()
    );

    void on_event(const Event& event) noexcept override;

    // Of all jobs that were called so far.
    [[nodiscard]] Snapshot snapshot() const;

  private:
    enum class Phase : std::uint8_t {
        waiting,
        running,
        replaced,  // by a call that told it before this one told that it waits
    };

    struct InFlight {
        Phase phase = Phase::waiting;
        TimePoint since{};
    };

    // Called with mutex_ held.
    JobCounts& counts_of(const JobLabel& job);
    void refuse(JobCounts& counts, const Event& event);
    void begin_wait(JobCounts& counts, CallId call);
    bool end_wait(JobCounts& counts, CallId call);  // whether it was known to wait
    void begin_run(JobCounts& counts, CallId call);
    void end_run(JobCounts& counts, CallId call);

    const Clock& clock_;
    const std::vector<Duration> bounds_;
    mutable std::mutex mutex_;
    std::map<std::string, JobCounts, std::less<>> jobs_;     // guarded by mutex_
    std::unordered_map<std::uint64_t, InFlight> in_flight_;  // by call; guarded by mutex_
};

}  // namespace interlock
