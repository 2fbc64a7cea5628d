#include "models/revisions/merged.hpp"

namespace interlock::models {

Status Merged::execute(Call& call) {
    acquire_concurrency_control(call);
    try {
        if (!passes_throttle(call)) {
            release_concurrency_control(call);
            return Status::throttled;
        }
    } catch (const PythonError&) {
        release_concurrency_control(call);
        throw;
    }
    return within_job(call, [&] {
        return with_finally(
            [&] { return run_body(call); }, [&] { release_concurrency_control(call); }
        );
    });
}

}  // namespace interlock::models
