// The report as text: a line for each scenario, then what is not as it should be, told in full.
#include "ci/report/changes.hpp"
#include "ci/report/formats.hpp"
#include "ci/report/table.hpp"
#include "ci/report/text.hpp"

#include <fmt/format.h>

namespace interlock::ci {

namespace {

std::string told_in_full(const std::string& title, const Shown& shown) {
    std::string text = "\n" + title + "\n";
    if (shown.story) {
        text += "\n" + table_of(*shown.story);
        for (const std::string& sentence : shown.story->end) {
            text += "  - " + sentence + ".\n";
        }
    }
    return shown.replay.empty() ? text : text + "\nRun it again:\n  " + shown.replay + "\n";
}

}  // namespace

std::string text_report(const RunReport& run) {
    std::string text;
    for (const Report& report : run.scenarios) {
        text += line_of(report);
    }
    for (const std::string& problem : run.problems) {
        text += "FAIL  " + problem + "\n";
    }
    for (const Report& report : run.scenarios) {
        for (const ReportedViolation& violation : report.violations) {
            if (!report.is_expected || report.smallest) {
                text += told_in_full(
                    fmt::format("{}: {}: {}", report.name, violation.property, violation.message),
                    violation.shown
                );
            }
        }
        if (report.smallest) {
            text += fmt::format("\n{}:\n\n{}", report.smallest->text, report.smallest->scenario);
        }
        for (const ReportedChange& change : report.changes) {
            text += told_in_full(
                fmt::format(
                    "{}: {}{}",
                    report.name,
                    change.text(),
                    change.is_of_the_old ? " (the command is for the approved version)" : ""
                ),
                change.shown
            );
        }
    }
    return text + fmt::format("\n{}\n{}", run.summary(), approval_text(run));
}

}  // namespace interlock::ci
