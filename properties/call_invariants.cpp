// What holds of the life of a call, and when everything is over.
#include "models/scenario/world.hpp"
#include "properties/invariant.hpp"
#include "properties/standstill.hpp"

#include <array>

namespace interlock::properties {

using models::EventKind;
using models::Property;
using models::TraceEvent;

namespace {

constexpr std::uint32_t bit(Stage stage) noexcept {
    return 1U << static_cast<std::uint32_t>(stage);
}

// The stages of a call at which an event of this kind may come, if its policy has a lock or has
// not.
constexpr std::uint32_t stages_before(EventKind kind, bool has_lock) noexcept {
    switch (kind) {
        case EventKind::arrived:
            return bit(Stage::unknown);
        case EventKind::queued:
        case EventKind::rejected:
            return has_lock ? bit(Stage::arrived) : 0;
        case EventKind::granted:
            return bit(Stage::queued);
        case EventKind::timed_out:  // also at once, if it would be
            return has_lock ? bit(Stage::queued) | bit(Stage::arrived) : 0;
        case EventKind::would_deadlock:
        case EventKind::replaced:
            return bit(Stage::queued);
        case EventKind::condition_failed:
            return bit(Stage::arrived) | bit(Stage::admitted);
        case EventKind::cancelled:
            return bit(Stage::queued) | bit(Stage::granted);
        case EventKind::admitted:
            return has_lock ? bit(Stage::arrived) | bit(Stage::queued) | bit(Stage::granted) : 0;
        case EventKind::throttled:
        case EventKind::rate_limited:
        case EventKind::not_started:
        case EventKind::started:
            return bit(has_lock ? Stage::admitted : Stage::arrived);
        case EventKind::finished:
            return bit(Stage::started);
        case EventKind::released:
            return has_lock ? bit(Stage::finished) | bit(Stage::refused) : 0;
        default:
            return ~0U;
    }
}

// The same as a table, [lock or none][kind]: this is asked of every event of every execution.
using Stages = std::array<std::uint32_t, static_cast<std::size_t>(EventKind::asserted) + 1>;
constexpr std::array<Stages, 2> stages_table = [] {
    std::array<Stages, 2> table{};
    for (std::size_t kind = 0; kind < table[0].size(); ++kind) {
        table[0][kind] = stages_before(static_cast<EventKind>(kind), false);
        table[1][kind] = stages_before(static_cast<EventKind>(kind), true);
    }
    return table;
}();

}  // namespace

void check_order(const Moment& moment, Findings& findings) {
    const auto& [before, event, index] = moment;
    if (event.site == models::no_site) {
        return;
    }
    const CallState& call = before.call(event.call);
    std::size_t const has_lock = event.lock != models::no_lock ? 1 : 0;
    std::uint32_t const stages = stages_table[has_lock][static_cast<std::size_t>(event.kind)];
    const bool holds = event.kind != EventKind::released || call.holds;
    if ((stages & bit(call.stage)) == 0 || !holds) {
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

// Whether the call made at `site` is over; a call that was made nowhere never was.
bool is_over(const models::Trace& trace, std::uint16_t site) {
    return site == models::no_site || trace.outcomes[site] != models::stuck;
}

void check_leaks(const models::Trace& trace, Findings& findings) {
    for (std::size_t i = trace.events.size(); i-- > 0;) {
        const TraceEvent& event = trace.events[i];
        if (event.kind != EventKind::still_held && event.kind != EventKind::still_queued) {
            break;  // these are the last
        }
        if (is_leaked(trace, event)) {
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
void check_calls(const History& history, const models::Trace& trace, Findings& findings) {
    const auto end = static_cast<std::uint32_t>(trace.events.size());
    for (std::uint32_t number = 1; number < history.calls(); ++number) {
        const CallState& call = history.call(number);
        const bool was_once = call.site != models::no_site && !history.is_latest(number);
        if (call.site == models::no_site || (!is_over(trace, call.site) && !was_once)) {
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
        // What a task came to before it began its steps again, nobody can say any more.
        const std::uint8_t outcome = trace.outcomes[call.site];
        if (!was_once && outcome != models::never_made && !History::has_come_to(call, outcome)) {
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

bool is_leaked(const models::Trace& trace, const TraceEvent& left) {
    return left.call == 0 ? (trace.unfinished & set_of(left.task)) == 0 : is_over(trace, left.site);
}

namespace {

// Some wait for ever if nothing can happen any more; or if they wait for each other, whatever else
// goes on.
void check_waits(const History& history, const models::Trace& trace, Findings& findings) {
    if (trace.unfinished == 0) {
        return;
    }
    if (const auto standstill = standstill_in(history, trace)) {
        findings.add({
            .property = Property::deadlock,
            .task = models::lowest(standstill->tasks),
            .event = standstill->event,
        });
    } else if (trace.ending != models::Ending::too_long && trace.ending != models::Ending::cut) {
        findings.add({
            .property = Property::deadlock,
            .task = models::lowest(trace.unfinished),
            .event = static_cast<std::uint32_t>(trace.events.size()),
        });
    }
}

}  // namespace

void check_end(const History& history, const models::Trace& trace, Findings& findings) {
    check_waits(history, trace, findings);
    if (trace.round) {
        check_round(history.program(), trace, findings);
    }
    if (trace.ending == models::Ending::too_long || trace.ending == models::Ending::cut) {
        return;  // nothing is over yet
    }
    check_leaks(trace, findings);
    check_calls(history, trace, findings);
}

}  // namespace interlock::properties
