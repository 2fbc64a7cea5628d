#include "core/job/errors.hpp"

namespace interlock {

void throw_error_of(const Refusal& refusal) {
    switch (refusal.status()) {
        case Status::rejected:
            if (refusal.group == nullptr) {
                throw JobRejected(refusal);
            }
            throw GroupRejected(refusal);
        case Status::throttled:
            throw JobThrottled(refusal);
        case Status::rate_limited:
            throw JobRateLimited(refusal);
        case Status::condition_failed:
            throw JobConditionFailed(refusal);
        case Status::timed_out:
            throw JobTimedOut(refusal);
        case Status::would_deadlock:
            throw WouldDeadlock(refusal);
        case Status::cancelled:
            throw Cancelled();
        default:
            throw JobRefused(refusal);
    }
}

}  // namespace interlock
