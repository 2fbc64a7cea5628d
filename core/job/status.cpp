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

std::string_view name_of(Reason reason) noexcept {
    switch (reason) {
        case Reason::busy:
            return "busy";
        case Reason::queue_full:
            return "queue_full";
        case Reason::replaced:
            return "replaced";
        case Reason::shut_down:
            return "shut_down";
        case Reason::too_many_keys:
            return "too_many_keys";
        case Reason::throttled:
            return "throttled";
        case Reason::rate_limited:
            return "rate_limited";
        case Reason::condition_failed:
            return "condition_failed";
        case Reason::timed_out:
            return "timed_out";
        case Reason::too_late:
            return "too_late";
        case Reason::would_deadlock:
            return "would_deadlock";
        case Reason::cancelled:
            return "cancelled";
    }
    return "?";
}

}  // namespace interlock
