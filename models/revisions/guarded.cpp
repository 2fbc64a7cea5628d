#include "models/revisions/guarded.hpp"

namespace interlock::models {

Status Guarded::execute(Call& call) {
    acquire_concurrency_control(call);
    return with_finally(
        [&] {
            if (!passes_throttle(call)) {
                return Status::throttled;
            }
            return within_job(call, [&] { return run_body(call); });
        },
        [&] { release_concurrency_control(call); }
    );
}

}  // namespace interlock::models
