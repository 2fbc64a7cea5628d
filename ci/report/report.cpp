#include "ci/report/report.hpp"

#include "ci/report/dump.hpp"
#include "ci/report/guarantee.hpp"
#include "ci/report/text.hpp"
#include "models/scenario/writer.hpp"
#include "models/trace/schedule.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <sstream>

namespace interlock::ci {

namespace {

Shown shown_of(const Checked& checked, const models::Trace& trace) {
    const Loaded& loaded = checked.loaded;
    const Context context{loaded.program, loaded.scenario.file};
    return {
        .schedule = models::text_of(models::schedule_of(loaded.program.fingerprint, trace)),
        .replay = replay_command(loaded, trace),
        .story = story_of(context, trace),
    };
}

// Of the call that is wronged or does wrong, or of the task if it is about none.
models::Place place_of(const models::Program& program, const models::Violation& violation) {
    const models::Finding& finding = violation.finding;
    models::Place place = program.tasks[finding.task.value].place;
    for (const models::TraceEvent& event : violation.trace.events) {
        const bool is_of_it =
            finding.call == 0 ? event.task == finding.task : event.call == finding.call;
        if (is_of_it && event.site != models::no_site) {
            place = program.sites[event.site].place;
        }
    }
    return place;
}

}  // namespace

std::size_t RunReport::expected() const noexcept {
    return static_cast<std::size_t>(std::count_if(
        scenarios.begin(), scenarios.end(), [](const Report& report) { return report.is_expected; }
    ));
}

std::size_t RunReport::changed() const noexcept {
    return removed.size() + static_cast<std::size_t>(std::count_if(
                                scenarios.begin(),
                                scenarios.end(),
                                [](const Report& r) { return !r.changes.empty(); }
                            ));
}

double RunReport::wall_s() const noexcept {
    return std::accumulate(
        scenarios.begin(),
        scenarios.end(),
        0.0,
        [](double sum, const Report& report) { return sum + report.wall_s; }
    );
}

std::string RunReport::summary() const {
    std::string text = fmt::format(
        "{} of {} scenarios as expected", expected(), scenarios.size() + problems.size()
    );
    if (!problems.empty()) {
        text += fmt::format(", {} could not be run", problems.size());
    }
    if (has_baseline) {
        text += changed() == 0 ? ", behaviour as in the baseline"
                               : fmt::format(", {} not as in the baseline", changed());
    }
    return text;
}

Report report_of(const Checked& checked) {
    const models::Result& result = checked.result;
    const models::Scenario& scenario = checked.loaded.scenario;
    const models::Program& program = checked.loaded.program;
    const Context context{program, scenario.file};
    Report report;
    report.name = program.name;
    report.file = scenario.file;
    report.place = scenario.expect.place.line == 0 ? models::Place{1, 1} : scenario.expect.place;
    report.about = scenario.about;
    report.revision = program.revision;
    report.strategy = name_of(checked.strategy);
    report.verdict = result.verdict;
    report.verdict_text = verdict_text(checked);
    report.expectation = expectation_text(scenario.expect);
    report.is_expected = checked.is_expected;
    report.is_complete = result.is_complete;
    report.executions = result.executions;
    report.blocked = result.blocked;
    report.steps = result.steps;
    report.wall_s = result.wall_s;
    report.why = result.why;
    report.guarantee = dumped(json_of(result.guarantee));
    report.guarantee_text = words_of(result.guarantee);
    for (const models::Violation& violation : result.violations) {
        report.violations.push_back(
            {.property = std::string(name_of(violation.finding.property)),
             .message = message_of(context, violation),
             .place = place_of(program, violation),
             .has_fewest_switches = violation.has_fewest_switches,
             .shown = shown_of(checked, violation.trace)}
        );
    }
    report.outcomes = outcomes_of(behaviour_of(checked));
    report.has_all_outcomes =
        result.has_all_outcomes && report.outcomes.size() >= result.outcomes.size();
    report.never_exercised = checked.never_exercised;
    if (result.saturation) {
        report.saturation = dumped(json_of(*result.saturation));
        report.saturation_text = words_of(*result.saturation, result.executions);
    }
    if (checked.smallest) {
        const auto& [loaded, violation, tried, is_minimal] = *checked.smallest;
        report.smallest = ReportedSmallest{
            .scenario = models::yaml_of(loaded.scenario),
            .text = smallest_title(*checked.smallest),
            .is_minimal = is_minimal,
            .tried = tried,
            .schedule =
                models::text_of(models::schedule_of(loaded.program.fingerprint, violation.trace)),
            .switches = violation.trace.switches,
            .has_fewest_switches = violation.has_fewest_switches,
        };
    }
    return report;
}

std::vector<ReportedOutcome> outcomes_of(const Behaviour& behaviour) {
    std::vector<ReportedOutcome> outcomes;
    for (const auto& [text, schedule] : behaviour.outcomes) {
        ReportedOutcome outcome;
        outcome.text = text;
        outcome.schedule = schedule_text(behaviour, schedule);
        std::istringstream calls(text);
        for (std::string call; calls >> call;) {
            if (const std::size_t equals = call.find('='); equals != std::string::npos) {
                outcome.calls.emplace_back(call.substr(0, equals), call.substr(equals + 1));
            }
        }
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

}  // namespace interlock::ci
