// What holds when a body starts: of throttles, rate limits and conditions.
#include "properties/invariant.hpp"

#include <algorithm>

namespace interlock::properties {

using models::EventKind;
using models::Property;

namespace {

// How many of the starts that count lie in (at - period, at].
std::size_t starts_in_window(const History& history, std::uint16_t site, std::int64_t at_ns) {
    const Policy& policy = history.policy(site);
    std::int64_t const since = at_ns - policy.period.value_or(Duration::zero()).count();
    const auto& starts = history.starts(site);
    return static_cast<std::size_t>(std::count_if(starts.begin(), starts.end(), [&](auto start) {
        return start > since && start <= at_ns;
    }));
}

}  // namespace

bool may_start(const History& before, const models::TraceEvent& event) {
    const Policy& policy = before.policy(event.site);
    if (policy.throttle == Throttle::none) {
        return true;
    }
    std::size_t const allowed = is_rate_limit(policy.throttle) ? policy.max_calls.value_or(0) : 1;
    return starts_in_window(before, event.site, event.at_ns) < allowed;
}

void check_start(const Moment& moment, Findings& findings) {
    const auto& [before, event, index] = moment;
    if (event.kind != EventKind::started) {
        return;
    }
    if (before.lacks_a_condition(event.site)) {
        findings.add({
            .property = Property::condition,
            .task = event.task,
            .lock = event.lock,
            .call = event.call,
            .event = index,
        });
    }
    if (may_start(before, event)) {
        return;
    }
    const Policy& policy = before.policy(event.site);
    findings.add({
        .property =
            is_rate_limit(policy.throttle) ? Property::rate_limit : Property::throttle_spacing,
        .task = event.task,
        .lock = event.lock,
        .call = event.call,
        .event = index,
    });
}

}  // namespace interlock::properties
