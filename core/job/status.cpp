#include "core/job/status.hpp"

namespace interlock {

std::string_view name_of(Status status) noexcept {
    switch (status) {
        case Status::ran:
            return "ran";
        case Status::throttled:
            return "throttled";
        case Status::rejected:
            return "rejected";
        case Status::rate_limited:
            return "rate_limited";
        case Status::condition_failed:
            return "condition_failed";
        case Status::timed_out:
            return "timed_out";
        case Status::would_deadlock:
            return "would_deadlock";
        case Status::failed:
            return "failed";
        case Status::cancelled:
            return "cancelled";
    }
    return "?";
}

}  // namespace interlock
