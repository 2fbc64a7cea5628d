#include "models/revisions/head.hpp"

namespace interlock::models {

Status Head::execute(Call& call) {
    acquire_concurrency_control(call);
    return with_finally(
        [&] {
            if (!passes_throttle(call)) {
                return Status::throttled;
            }
            return within_job(call, [&] { return run_body(call); });
        },
        [&] { release(call); }
    );
}

void Head::release(const Call& call) {
    if (!is_group(policy(call).concurrency)) {
        release_lock(call);
    } else if (group(call).active != call.job) {
        throw PythonError("JobException", "Job " + uuid_of(call.job) + " does not own the lock");
    } else {
        pass_back(group(call), call);
    }
}

}  // namespace interlock::models
