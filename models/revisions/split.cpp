#include "models/revisions/split.hpp"

namespace interlock::models {

Status Split::execute(Call& call) {
    acquire_concurrency_control(call);
    if (!passes_throttle(call)) {
        release_concurrency_control(call);  // the call has not started: of a group it owns nothing
        return Status::throttled;
    }
    return within_job(call, [&] {
        return with_finally(
            [&] { return run_body(call); }, [&] { release_concurrency_control(call); }
        );
    });
}

}  // namespace interlock::models
