#include "ci/production/incident.hpp"

#include <algorithm>

namespace interlock::ci {

namespace {

void apply(const LoggedEvent& event, LoggedCall& call) {
    if (event.event == "queued") {
        call.was_queued = !event.is_dry;
    } else if (event.event == "granted" || event.event == "admitted") {
        call.has_lock = true;
    } else if (event.event == "started") {
        call.is_started = true;
    } else if (event.event == "finished") {
        call.is_over = true;
        call.how = event.how;
    } else if (event.event == "cancelled") {
        call.is_over = true;
        call.how = "cancelled";
    } else if (event.event == "refused" && !event.is_dry) {
        call.is_over = true;
        call.how = event.reason;
    } else if (event.event == "released") {
        call.has_lock = false;
    }
}

}  // namespace

bool Incident::is_open(std::uint64_t call) const {
    const LoggedCall& one = calls.at(call);
    return !one.is_over || one.has_lock ||
           std::any_of(one.children.begin(), one.children.end(), [&](std::uint64_t child) {
               return is_open(child);
           });
}

Incident incident_of(const Log& log) {
    Incident incident;
    for (const LoggedEvent& event : log.events) {
        const auto [at, is_new] = incident.calls.try_emplace(event.call);
        LoggedCall& call = at->second;
        if (is_new) {
            call.number = event.call;
            // Parents come before their children, or are not in the log at all.
            const auto parent = incident.calls.find(event.parent);
            if (parent != incident.calls.end() && event.parent < event.call) {
                parent->second.children.push_back(event.call);
            } else {
                incident.roots.push_back(event.call);
            }
        }
        call.job = event.job.empty() ? call.job : event.job;
        call.group = event.group.empty() ? call.group : event.group;
        apply(event, call);
    }
    return incident;
}

}  // namespace interlock::ci
