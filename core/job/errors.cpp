#include "core/job/errors.hpp"

namespace interlock {

JobRefused::JobRefused(const Refusal& refusal)
    : std::runtime_error(message_of(refusal)),
      status_(refusal.status),
      retry_after_(refusal.retry_after),
      job_(refusal.job),
      group_(refusal.group) {}

void throw_error_of(const Refusal& refusal) {
    switch (refusal.status) {
        case Status::rejected:
            if (refusal.group.empty()) {
                throw JobRejected(refusal);
            }
            throw GroupRejected(refusal);
        case Status::throttled:
            throw JobThrottled(refusal);
        case Status::rate_limited:
            throw JobRateLimited(refusal);
        case Status::cancelled:
            throw Cancelled();
        default:
            throw JobRefused(refusal);
    }
}

}  // namespace interlock
