#include "models/trace/trace.hpp"

namespace interlock::models {

std::string_view name_of(EventKind kind) noexcept {
    switch (kind) {
        case EventKind::began:
            return "began";
        case EventKind::ended:
            return "ended";
        case EventKind::worked:
            return "worked";
        case EventKind::slept:
            return "slept";
        case EventKind::raised:
            return "raised";
        case EventKind::cancel_sent:
            return "cancel_sent";
        case EventKind::set:
            return "set";
        case EventKind::clock_set:
            return "clock_set";
        case EventKind::spawned:
            return "spawned";
        case EventKind::joins:
            return "joins";
        case EventKind::joined:
            return "joined";
        case EventKind::join_refused:
            return "join_refused";
        case EventKind::counted:
            return "counted";
        case EventKind::rang:
            return "rang";
        case EventKind::repeats:
            return "repeats";
        case EventKind::retries:
            return "retries";
        case EventKind::arrived:
            return "arrived";
        case EventKind::queued:
            return "queued";
        case EventKind::granted:
            return "granted";
        case EventKind::admitted:
            return "admitted";
        case EventKind::rejected:
            return "rejected";
        case EventKind::throttled:
            return "throttled";
        case EventKind::rate_limited:
            return "rate_limited";
        case EventKind::condition_failed:
            return "condition_failed";
        case EventKind::not_started:
            return "not_started";
        case EventKind::timed_out:
            return "timed_out";
        case EventKind::would_deadlock:
            return "would_deadlock";
        case EventKind::replaced:
            return "replaced";
        case EventKind::cancelled:
            return "cancelled";
        case EventKind::started:
            return "started";
        case EventKind::finished:
            return "finished";
        case EventKind::released:
            return "released";
        case EventKind::wants:
            return "wants";
        case EventKind::held:
            return "held";
        case EventKind::unheld:
            return "unheld";
        case EventKind::still_held:
            return "still_held";
        case EventKind::still_queued:
            return "still_queued";
        case EventKind::suspended_in_catch:
            return "suspended_in_catch";
        case EventKind::asserted:
            return "asserted";
    }
    return "?";
}

void Trace::clear() noexcept {
    choices.clear();
    faults = {};
    turns.clear();
    events.clear();
    times.clear();
    outcomes.clear();
    unfinished = 0;
    steps = 0;
    switches = 0;
    ending = Ending::finished;
    round.reset();
    failed_assertion.clear();
}

}  // namespace interlock::models
