// What holds of the life of a call, and when everything is over.
#include "models/scenario/world.hpp"
#include "properties/invariant.hpp"

namespace interlock::properties {

using models::EventKind;
using models::Property;
using models::TraceEvent;

namespace {

// Whether an event of this kind may come next for a call that is at `stage`.
bool may_follow(CallState const& call, TraceEvent const& event, bool has_lock, bool has_throttle) {
    Stage const stage = call.stage;
    switch (event.kind) {
        case EventKind::arrived:
            return stage == Stage::unknown;
        case EventKind::queued:
            return stage == Stage::arrived && has_lock;
        case EventKind::rejected:
            return stage == Stage::arrived && has_lock;
        case EventKind::granted:
            return stage == Stage::queued;
        case EventKind::cancelled:
            return stage == Stage::queued || stage == Stage::granted;
        case EventKind::admitted:
            return has_lock && (stage == Stage::arrived || stage == Stage::queued ||
                                stage == Stage::granted);
        case EventKind::throttled:
        case EventKind::rate_limited:
            return has_throttle && stage == (has_lock ? Stage::admitted : Stage::arrived);
        case EventKind::started:
            return stage == (has_lock ? Stage::admitted : Stage::arrived);
        case EventKind::finished:
            return stage == Stage::started;
        case EventKind::released:
            return call.holds && (stage == Stage::finished || stage == Stage::refused);
        default:
            return true;
    }
}

}  // namespace

void check_order(Moment const& moment, Findings& findings) {
    auto const& [before, event, index] = moment;
    if (event.site == models::no_site || event.kind == EventKind::still_held ||
        event.kind == EventKind::still_queued) {
        return;
    }
    CallState const& call = before.call(event.call);
    bool const has_throttle = before.program().job_of(event.site).policy.throttle != Throttle::none;
    if (!may_follow(call, event, event.lock != models::no_lock, has_throttle)) {
        findings.add({
            .property = Property::record,
            .task = event.task,
            .lock = event.lock,
            .call = event.call,
            .event = index,
        });
    }
}

namespace {

bool is_over(History const& history, models::Trace const& trace, std::uint32_t number) {
    CallState const& call = history.call(number);
    return call.site == models::no_site || trace.outcomes[call.site] != models::stuck;
}

void check_leaks(History const& history, models::Trace const& trace, Findings& findings) {
    for (std::size_t i = trace.events.size(); i-- > 0;) {
        TraceEvent const& event = trace.events[i];
        if (event.kind != EventKind::still_held && event.kind != EventKind::still_queued) {
            break;  // these are the last
        }
        bool const is_leaked = event.call == 0
                                   ? (trace.unfinished & set_of(event.task)) == 0
                                   : is_over(history, trace, event.call);
        if (is_leaked) {
            findings.add({
                .property = Property::leak,
                .task = event.task,
                .lock = event.lock,
                .call = event.call,
                .event = static_cast<std::uint32_t>(i),
            });
        }
    }
}

// A call that ended must have given back what it took, and its caller must see what it came to.
void check_calls(History const& history, models::Trace const& trace, Findings& findings) {
    auto const end = static_cast<std::uint32_t>(trace.events.size());
    for (std::uint32_t number = 1; number < history.calls(); ++number) {
        CallState const& call = history.call(number);
        if (call.site == models::no_site || !is_over(history, trace, number)) {
            continue;
        }
        if (call.holds) {
            findings.add({
                .property = Property::leak,
                .task = call.task,
                .lock = history.program().sites[call.site].lock,
                .call = number,
                .event = end,
            });
        }
        bool const is_same = call.stage == Stage::finished
                                 ? trace.outcomes[call.site] == models::code_of(call.how)
                                 : call.stage == Stage::refused;
        if (!is_same) {
            findings.add({
                .property = Property::lost_result,
                .task = call.task,
                .lock = history.program().sites[call.site].lock,
                .call = number,
                .event = end,
            });
        }
    }
}

}  // namespace

void check_end(History const& history, models::Trace const& trace, Findings& findings) {
    if (trace.ending == models::Ending::deadlock || trace.ending == models::Ending::stuck) {
        findings.add({
            .property = Property::deadlock,
            .task = models::lowest(trace.unfinished),
            .event = static_cast<std::uint32_t>(trace.events.size()),
        });
    }
    if (trace.ending == models::Ending::too_long) {
        return;  // nothing is over yet
    }
    check_leaks(history, trace, findings);
    check_calls(history, trace, findings);
}

}  // namespace interlock::properties
