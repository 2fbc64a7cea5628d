#include "models/revisions/limit.hpp"

namespace interlock::models {

Status Limit::execute(Call& call) {
    acquire_concurrency_control(call);
    if (!passes_throttle(call)) {
        release_lock(call);  // no limit throttles under a group's lock
        return Status::throttled;
    }
    return within_job(call, [&] {
        return with_finally([&] { return run_body(call); }, [&] { release(call); });
    });
}

void Limit::release(const Call& call) {
    if (!is_group(policy(call).concurrency)) {
        release_lock(call);
    } else if (group(call).has_lock(current())) {
        pass_back(group(call), call);
    } else {
        throw PythonError("JobException", "Cannot release as caller does not own lock");
    }
}

}  // namespace interlock::models
