// Why a call did not run. A value: refusing costs no exception and no allocation.
#pragma once

#include "core/job/status.hpp"
#include "core/policy/policy.hpp"

#include <string>
#include <string_view>

namespace interlock {

struct Refusal {
    Status status = Status::rejected;
    bool queue_full = false;  // of rejected: it would have waited, but for the bound
    Duration retry_after = Duration::zero();  // of throttled and rate_limited
    std::string_view job;                     // its name; borrowed from the job
    std::string_view group;                   // where the policy is the group's; borrowed from it
    Duration period = Duration::zero();       // of throttled and rate_limited: the policy's
    std::uint32_t max_calls = 0;              // of rate_limited: the policy's
};

// One sentence in the words of the reference, such as "Another job is running for job group core".
std::string message_of(const Refusal& refusal);

// "1:00:00", "0:00:00.001000", "2 days, 3:04:05": microseconds only where there are any.
std::string period_text(Duration period);

}  // namespace interlock
