#include "models/revisions/split.hpp"

namespace interlock::models {

Status Split::execute(const Call& call) {
    acquire_concurrency_control(call);
    if (!passes_throttle(call)) {
        release_concurrency_control(call);  // the call has not started: of a group it owns nothing
        return Status::throttled;
    }
    const Started started(*this, call);
    const Finally release(*this, call);
    run_body(call);
    return Status::ran;
}

}  // namespace interlock::models
