#include "models/revisions/guarded.hpp"

namespace interlock::models {

Status Guarded::execute(const Call& call) {
    acquire_concurrency_control(call);
    const Finally release(*this, call);
    if (!passes_throttle(call)) {
        return Status::throttled;
    }
    const Started started(*this, call);
    run_body(call);
    return Status::ran;
}

}  // namespace interlock::models
