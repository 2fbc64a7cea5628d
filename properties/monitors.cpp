#include "properties/monitors.hpp"

namespace interlock::properties {

using models::EventKind;
using models::Property;

void Monitors::judge(const models::Trace& trace, std::vector<models::Finding>& all) {
    Findings findings(all);
    history_.reset();
    read_ = 0;
    for (std::uint32_t i = 0; i < trace.events.size(); ++i) {
        const models::TraceEvent& event = trace.events[i];
        if (event.kind < EventKind::raised) {
            continue;  // what tasks do by themselves changes no lock and no call
        }
        const Moment moment{history_, event, i};
        if (exercised_ != nullptr) {
            exercised_->see(moment);
        }
        switch (event.kind) {
            case EventKind::granted:
            case EventKind::admitted:
            case EventKind::held:
                check_acquisition(moment, findings);
                break;
            case EventKind::queued:
                check_wait(moment, findings);
                break;
            case EventKind::rejected:
                check_wait(moment, findings);
                check_refusal(moment, findings);
                break;
            case EventKind::throttled:
            case EventKind::rate_limited:
            case EventKind::condition_failed:
            case EventKind::timed_out:
            case EventKind::would_deadlock:
            case EventKind::replaced:
                check_refusal(moment, findings);
                break;
            case EventKind::started:
                check_start(moment, findings);
                break;
            case EventKind::suspended_in_catch:
                findings.add(
                    {.property = Property::suspended_in_catch, .task = event.task, .event = i}
                );
                break;
            case EventKind::asserted:
                findings.add({.property = Property::assertion, .task = event.task, .event = i});
                break;
            default:
                break;
        }
        check_order(moment, findings);
        history_.apply(event);
    }
    check_end(history_, trace, findings);
}

void Monitors::state(const models::Trace& so_far, models::State& state) {
    if (read_ == 0) {
        so_far_.reset();
    }
    for (; read_ < so_far.events.size(); ++read_) {
        so_far_.apply(so_far.events[read_]);
    }
    so_far_.state(so_far, state);
    if (is_endless_) {
        state.progress.calling = so_far_.calling();
        state.progress.done = so_far_.done();
    }
}

}  // namespace interlock::properties
