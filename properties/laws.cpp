#include "properties/laws.hpp"

#include "models/check.hpp"
#include "models/trace/schedule.hpp"
#include "properties/monitors.hpp"

#include <algorithm>

namespace interlock::properties {

using models::Property;

Law locks_come_back() {
    return {
        "whatever bodies raise and whoever is cancelled, every lock comes back",
        {Property::leak, Property::record, Property::lost_result, Property::assertion}};
}

Law ordered_locks_never_deadlock() {
    return {
        "calls that nest their locks in one order never wait for ever",
        {Property::deadlock, Property::reentry}};
}

Law no_window_has_too_many_starts() {
    return {"no window of a period has more starts than allowed", {Property::rate_limit}};
}

Law throttled_starts_are_a_period_apart() {
    return {"starts of a throttled job are a period apart", {Property::throttle_spacing}};
}

Law locks_are_exclusive_and_fair() {
    return {
        "a lock has one holder and its re-entries, and passes in the order of arrival",
        {Property::mutual_exclusion, Property::fifo, Property::reject_waits}};
}

Law refusals_are_justified() {
    return {"nobody is refused while nothing stands against it", {Property::unjustified_refusal}};
}

std::string violation_of(
    const Law& law, const models::Scenario& scenario, std::uint64_t executions_max
) {
    const auto compiled = models::compile(scenario);
    if (const auto* problem = std::get_if<models::Diagnostic>(&compiled)) {
        return "the scenario cannot be run: " + problem->message;
    }
    const auto& program = std::get<models::Program>(compiled);
    Monitors monitors(program);
    models::CheckOptions options;
    options.stop = models::Stop::never;
    options.budget.executions = executions_max;
    models::Result const result = models::check(program, monitors, options);
    if (result.verdict == models::Verdict::broken) {
        return "broken: " + result.why;
    }
    for (const models::Violation& violation : result.violations) {
        const Property property = violation.finding.property;
        if (std::find(law.properties.begin(), law.properties.end(), property) !=
            law.properties.end()) {
            return std::string(name_of(property)) + " under schedule " +
                   models::text_of(models::schedule_of(program.fingerprint, violation.trace));
        }
    }
    return {};
}

}  // namespace interlock::properties
