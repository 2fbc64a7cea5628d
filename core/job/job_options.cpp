#include "core/job/job_options.hpp"

#include "core/job/errors.hpp"

#include <string>

namespace interlock {

const Policy& checked(std::string_view job, const Policy& policy, const JobOptions& options) {
    const auto problems = problems_of(job, policy);
    if (!problems.empty()) {
        throw PolicyError(problems.front());
    }
    if (options.period && policy.throttle == Throttle::none) {
        throw PolicyError("Job " + std::string(job) + " has a throttle period but no throttle!");
    }
    return policy;
}

}  // namespace interlock
