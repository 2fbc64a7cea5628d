#include "ci/report/json.hpp"

#include "ci/report/dump.hpp"
#include "ci/report/formats.hpp"

#include <algorithm>

namespace interlock::ci {

namespace {

constexpr int version = 1;  // of the schema: counts what no longer reads as before

Json trace_json(const Story& story) {
    Json events = Json::array();
    for (const Moment& moment : story.moments) {
        for (const Event& event : moment.events) {
            if (event.kind == "leaked") {
                continue;  // said by the story, not by the trace
            }
            Json one{
                {"step", moment.step},
                {"task", story.tasks[event.task]},
                {"event", event.kind},
            };
            if (!event.call.empty()) {
                one["call"] = event.call;
            }
            if (!event.lock.empty()) {
                one["lock"] = event.lock;
            }
            one["at_us"] = static_cast<double>(event.at_ns) / 1000;
            events.push_back(std::move(one));
        }
    }
    return events;
}

Json violation_json(const ReportedViolation& violation) {
    Json json{
        {"property", violation.property},
        {"message", violation.message},
        {"schedule", violation.shown.schedule},
    };
    if (violation.shown.story) {
        json["switches"] = violation.shown.story->switches;
        json["fewest"] = violation.has_fewest_switches;
        json["trace"] = trace_json(*violation.shown.story);
    }
    return json;
}

Json outcomes_json(const Report& report) {
    std::vector<Json> outcomes;
    for (const ReportedOutcome& outcome : report.outcomes) {
        nlohmann::json calls = nlohmann::json::object();  // keys sorted
        for (const auto& [label, status] : outcome.calls) {
            calls[label] = status;
        }
        outcomes.emplace_back(std::move(calls));
    }
    std::sort(outcomes.begin(), outcomes.end(), [](const Json& a, const Json& b) {
        return a.dump() < b.dump();
    });
    return outcomes;
}

Json change_json(const ReportedChange& change) {
    Json json{{"change", change.kind}};
    if (!change.what.empty()) {
        json["what"] = change.what;
    }
    if (!change.shown.schedule.empty()) {
        json["schedule"] = change.shown.schedule;
        json["schedule_is_of"] = change.is_of_the_old ? "baseline" : "now";
    }
    if (change.shown.story) {
        json["trace"] = trace_json(*change.shown.story);
    }
    return json;
}

Json object_of(const Report& report) {
    Json violations = Json::array();
    for (const ReportedViolation& violation : report.violations) {
        violations.push_back(violation_json(violation));
    }
    const Json guarantee = Json::parse(report.guarantee);
    Json object{
        {"version", version},
        {"scenario", report.name},
        {"file", report.file},
        {"revision", report.revision},
        {"verdict", name_of(report.verdict)},
        {"expected", report.is_expected},
        {"strategy", report.strategy},
        {"complete", report.is_complete},
        {"executions", report.executions},
        {"blocked", report.blocked},
        {"states", guarantee.value("states", Json())},
        {"steps", report.steps},
        {"wall_s", report.wall_s},
        {"violations", std::move(violations)},
        {"outcomes", outcomes_json(report)},
        {"outcomes_up_to_symmetry", !report.has_all_outcomes},
    };
    if (!report.why.empty()) {
        object["why"] = report.why;
    }
    object["never_exercised"] = report.never_exercised;
    if (report.smallest) {
        object["smallest"] = {
            {"scenario", report.smallest->scenario},
            {"minimal", report.smallest->is_minimal},
            {"tried", report.smallest->tried},
            {"schedule", report.smallest->schedule},
            {"switches", report.smallest->switches},
            {"fewest", report.smallest->has_fewest_switches},
        };
    }
    object["guarantee"] = guarantee;
    if (!report.saturation.empty()) {
        object["saturation"] = Json::parse(report.saturation);
    }
    if (!report.changes.empty()) {
        Json& changes = object["changes"] = Json::array();
        for (const ReportedChange& change : report.changes) {
            changes.push_back(change_json(change));
        }
    }
    return object;
}

}  // namespace

std::string json_of(const Report& report) {
    return dumped(object_of(report));
}

std::string json_of(const Checked& checked) {
    return json_of(report_of(checked));
}

std::string json_report(const RunReport& run) {
    Json results = Json::array();
    bool is_as_expected = run.problems.empty();
    for (const Report& report : run.scenarios) {
        is_as_expected = is_as_expected && report.is_expected;
        results.push_back(object_of(report));
    }
    Json json{
        {"version", version},
        {"expected", is_as_expected},
        {"results", std::move(results)},
        {"problems", run.problems},
    };
    if (run.has_baseline) {
        Json removed = Json::array();
        for (const ScenarioDifference& one : run.removed) {
            removed.push_back({{"scenario", one.scenario}, {"revision", one.revision}});
        }
        json["baseline"] = {
            {"changed", run.changed()},
            {"must_be_approved", run.changed() > 0},
            {"removed", std::move(removed)}};
    }
    return dumped(json);
}

}  // namespace interlock::ci
