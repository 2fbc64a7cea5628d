#include "models/revisions/guarded.hpp"

namespace interlock::models {

Status Guarded::execute(Call const& call) {
    acquire_concurrency_control(call);
    Finally const release(*this, call);
    if (!passes_throttle(call)) {
        return Status::throttled;
    }
    Started const started(*this, call);
    run_body(call);
    return Status::ran;
}

}  // namespace interlock::models
