// SARIF 2.1.0: a result for each thing that is not as it should be, at the scenario's lines, with
// the steps of its schedule as a code flow.
#include "ci/report/dump.hpp"
#include "ci/report/formats.hpp"
#include "ci/report/properties.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace interlock::ci {

namespace {

constexpr std::string_view unread_rule = "bad_input";
constexpr std::string_view unexpected_rule = "not_as_expected";
constexpr std::string_view behaviour_rule = "behaviour_changed";

// GitHub shows the short text in the list, the full one above the code, and the help beside it.
Json rule(
    std::string_view id, std::string_view about, std::string_view meaning, const std::string& help
) {
    return {
        {"id", id},
        {"shortDescription", {{"text", about}}},
        {"fullDescription", {{"text", meaning}}},
        {"help", {{"text", help}}}};
}

Json rules() {
    Json all = Json::array();
    for (std::size_t i = 0; i < models::property_names.size(); ++i) {
        const auto property = static_cast<models::Property>(i);
        const Explanation why = explanation_of(property);
        all.push_back(rule(
            name_of(property),
            about_of(property),
            why.meaning,
            fmt::format("{} {}", why.cause, why.remedy)
        ));
    }
    all.push_back(rule(
        unexpected_rule,
        "The verdict is not the one that the scenario expects.",
        "The search ended otherwise than the scenario's `expect` says, or gave up.",
        "If nothing is wrong with the jobs, correct `expect`; a search that gave up needs a larger "
        "budget."
    ));
    all.push_back(rule(
        behaviour_rule,
        "The scenario behaves differently from the baseline.",
        "An outcome or a violation became possible or impossible since the baseline was approved.",
        "If that was wanted, approve it: interlock snapshot SCENARIOS --output BASELINE."
    ));
    all.push_back(rule(
        unread_rule,
        "The scenario cannot be run.",
        "The file cannot be read, or asks for what this version does not do.",
        "The message says what is wrong, and where."
    ));
    return all;
}

// Paths in SARIF are URIs.
std::string uri_of(std::string_view path) {
    std::string uri = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') ||
                              std::string_view("/-._~").find(c) != std::string_view::npos;
        uri +=
            is_plain
                ? std::string(1, c)
                : fmt::format("%{:02X}", static_cast<unsigned int>(static_cast<unsigned char>(c)));
    }
    return uri;
}

Json location_of(std::string_view file, models::Place place) {
    Json region{{"startLine", std::max(1U, place.line)}};
    if (place.column != 0) {
        region["startColumn"] = place.column;
    }
    return {
        {"physicalLocation",
         {{"artifactLocation", {{"uri", uri_of(file)}}}, {"region", std::move(region)}}}};
}

Json flow_of(const Report& report, const Story& story) {
    Json steps = Json::array();
    for (const Moment& moment : story.moments) {
        for (const Event& event : moment.events) {
            if (event.phrase.empty()) {
                continue;
            }
            Json location = location_of(report.file, report.place);
            location["message"]["text"] =
                fmt::format("{}: {}", story.tasks[event.task], event.phrase);
            steps.push_back({{"location", std::move(location)}, {"executionOrder", moment.step}});
        }
    }
    return Json::array({{{"threadFlows", Json::array({{{"locations", std::move(steps)}}})}}});
}

struct Found {
    std::string_view rule;
    std::string_view level;
    std::string message;
    models::Place place;
    const Shown* shown = nullptr;  // null: there is no execution to see
};

Json result_of(const Report& report, const Found& found) {
    Json result{
        {"ruleId", found.rule},
        {"level", found.level},
        {"message", {{"text", report.name + ": " + found.message}}},
        {"locations", Json::array({location_of(report.file, found.place)})},
        {"partialFingerprints", {{"interlock/v1", report.name + "/" + found.message}}},
    };
    if (found.shown != nullptr && !found.shown->schedule.empty()) {
        result["properties"] = {
            {"schedule", found.shown->schedule}, {"replay", found.shown->replay}};
        if (found.shown->story) {
            result["codeFlows"] = flow_of(report, *found.shown->story);
        }
    }
    return result;
}

void add_results(const Report& report, Json& results) {
    if (!report.is_expected && report.violations.empty()) {
        const bool is_unknown = report.verdict == models::Verdict::gave_up;
        results.push_back(result_of(
            report,
            {.rule = unexpected_rule,
             .level = is_unknown ? "warning" : "error",
             .message = report.verdict_text + "; expected " + report.expectation,
             .place = report.place}
        ));
    }
    if (!report.is_expected) {
        for (const ReportedViolation& violation : report.violations) {
            results.push_back(result_of(
                report,
                {.rule = violation.property,
                 .level = "error",
                 .message = violation.message,
                 .place = violation.place,
                 .shown = &violation.shown}
            ));
        }
    }
    for (const ReportedChange& change : report.changes) {
        results.push_back(result_of(
            report,
            {.rule = behaviour_rule,
             .level = "warning",
             .message = change.text(),
             .place = report.place,
             .shown = &change.shown}
        ));
    }
}

}  // namespace

std::string sarif_report(const RunReport& run) {
    Json results = Json::array();
    for (const Report& report : run.scenarios) {
        add_results(report, results);
    }
    for (const ScenarioDifference& one : run.removed) {
        Report gone;
        gone.name = one.scenario;
        gone.file = one.file;
        results.push_back(result_of(
            gone,
            {.rule = behaviour_rule,
             .level = "warning",
             .message = std::string(name_of(Change::Kind::removed)),
             .place = {}}
        ));
    }
    for (const std::string& problem : run.problems) {
        Report unread;
        unread.name = "bad input";
        unread.file = problem.substr(0, problem.find(':'));
        results.push_back(result_of(
            unread, {.rule = unread_rule, .level = "error", .message = problem, .place = {}}
        ));
    }
    const Json driver{{"name", "interlock"}, {"version", "0.1.0"}, {"rules", rules()}};
    return dumped(
        {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
         {"version", "2.1.0"},
         {"runs",
          Json::array(
              {{{"tool", {{"driver", driver}}},
                {"invocations", Json::array({{{"executionSuccessful", run.problems.empty()}}})},
                {"results", std::move(results)}}}
          )}}
    );
}

}  // namespace interlock::ci
