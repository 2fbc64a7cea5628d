// One page that needs nothing else: its style and its program are files in page/, and the run is
// data in it.
#include "ci/report/diagrams.hpp"
#include "ci/report/dump.hpp"
#include "ci/report/formats.hpp"
#include "ci/report/page_source.hpp"

namespace interlock::ci {

namespace {

Json moment_json(const Moment& moment) {
    Json events = Json::array();
    for (const Event& event : moment.events) {
        if (!event.phrase.empty()) {
            events.push_back(
                {{"task", event.task},
                 {"kind", event.kind},
                 {"phrase", event.phrase},
                 {"at", event.at_ns}}
            );
        }
    }
    Json locks = Json::array();
    for (const Lock& lock : moment.locks) {
        locks.push_back({{"holders", lock.holders}, {"waiting", lock.waiting}});
    }
    Json waits = Json::array();
    for (const Wait& wait : moment.waits) {
        waits.push_back(
            {{"task", wait.task},
             {"on", wait.on},
             {"what", wait.what},
             {"who", wait.who},
             {"whom", wait.whom},
             {"cycle", wait.is_in_cycle}}
        );
    }
    return {
        {"step", moment.step},
        {"task", moment.task},
        {"events", std::move(events)},
        {"locks", std::move(locks)},
        {"waits", std::move(waits)}};
}

Json shown_json(const std::string& title, bool is_old, const Shown& shown) {
    Json json{
        {"title", title},
        {"old", is_old},
        {"schedule", shown.schedule},
        {"replay", shown.replay},
    };
    if (shown.story) {
        Json moments = Json::array();
        for (const Moment& moment : shown.story->moments) {
            moments.push_back(moment_json(moment));
        }
        json["story"] = {
            {"tasks", shown.story->tasks},
            {"locks", shown.story->locks},
            {"moments", std::move(moments)},
            {"end", shown.story->end},
            {"switches", shown.story->switches}};
    }
    return json;
}

Json report_json(const Report& report) {
    Json shown = Json::array();
    for (const ReportedChange& change : report.changes) {
        shown.push_back(shown_json(change.text(), change.is_of_the_old, change.shown));
    }
    for (const ReportedViolation& violation : report.violations) {
        shown.push_back(
            shown_json(violation.property + ": " + violation.message, false, violation.shown)
        );
    }
    Json outcomes = Json::array();
    for (const ReportedOutcome& outcome : report.outcomes) {
        Json calls = Json::object();
        for (const auto& [label, status] : outcome.calls) {
            calls[label] = status;
        }
        outcomes.push_back({{"calls", std::move(calls)}, {"schedule", outcome.schedule}});
    }
    Json json{
        {"name", report.name},
        {"file", report.file},
        {"about", report.about},
        {"revision", report.revision},
        {"verdict", name_of(report.verdict)},
        {"says", report.verdict_text},
        {"expects", report.expectation},
        {"expected", report.is_expected},
        {"good", report.is_good()},
        {"changed", !report.changes.empty()},
        {"executions", report.executions},
        {"complete", report.is_complete},
        {"guarantee", report.guarantee_text},
        {"never", report.never_exercised},
        {"saturation", report.saturation_text},
        {"shown", std::move(shown)},
        {"outcomes", std::move(outcomes)}};
    if (report.smallest) {
        json["smallest"] = {
            {"says", report.smallest->text}, {"scenario", report.smallest->scenario}};
    }
    return json;
}

// In a script element only "<" could end it.
std::string as_script(const Json& json) {
    std::string text;
    for (const char c : json.dump(-1, ' ', false, Json::error_handler_t::replace)) {
        text += c == '<' ? std::string("\\u003c") : std::string(1, c);
    }
    return text;
}

// The one place of `text` that says `mark`.
void put(std::string& text, std::string_view mark, std::string_view with) {
    text.replace(text.find(mark), mark.size(), with);
}

}  // namespace

std::string page_report(const RunReport& run) {
    Json scenarios = Json::array();
    for (const Report& report : run.scenarios) {
        scenarios.push_back(report_json(report));
    }
    Json removed = Json::array();
    for (const ScenarioDifference& one : run.removed) {
        removed.push_back(one.scenario);
    }
    const Json data{
        {"summary", run.summary()},
        {"problems", run.problems},
        {"removed", std::move(removed)},
        {"approve", run.changed() > 0 ? run.approve : std::string()},
        {"scenarios", std::move(scenarios)}};
    std::string page(page_html);
    put(page, "/* style */", page_css);
    put(page, "/* program */", page_js);
    put(page, "/* data */", as_script(data));  // last: it may say anything
    return page;
}

}  // namespace interlock::ci
