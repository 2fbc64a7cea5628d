// Why a call did not run. A value: refusing costs no exception and no allocation.
#pragma once

#include "core/job/status.hpp"
#include "core/policy/ids.hpp"
#include "core/policy/policy.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace interlock {

// The labels live as long as the registry.
struct Refusal {
    Reason reason = Reason::busy;
    std::uint32_t max_calls = 0;              // of rate_limited: the limit
    const JobLabel* job = nullptr;            // whose policy refuses
    const GroupLabel* group = nullptr;        // where that policy is the group's
    Duration retry_after = Duration::zero();  // of throttled and rate_limited
    Duration period = Duration::zero();       // of throttled and rate_limited: the limit
    CallId holder{};                          // who had the lock, where a lock refuses
    const JobLabel* holder_job = nullptr;     // its job
    const std::string* condition = nullptr;   // of condition_failed: its name; the job's own
    std::shared_ptr<const std::vector<CycleStep>> cycle{};  // of would_deadlock; this call first

    [[nodiscard]] Status status() const noexcept { return status_of(reason); }

    // Empty where there is none.
    [[nodiscard]] std::string_view job_name() const noexcept {
        return job != nullptr ? std::string_view(job->name) : std::string_view();
    }
    [[nodiscard]] std::string_view group_name() const noexcept {
        return group != nullptr ? std::string_view(group->name) : std::string_view();
    }
    [[nodiscard]] std::string_view holder_name() const noexcept {
        return holder_job != nullptr ? std::string_view(holder_job->name) : std::string_view();
    }
};

// One sentence; where the reference has one, in its words, such as "Another job is running for job
// group core".
std::string message_of(const Refusal& refusal);

// "1:00:00", "0:00:00.001000", "2 days, 3:04:05": microseconds only where there are any.
std::string period_text(Duration period);

}  // namespace interlock
