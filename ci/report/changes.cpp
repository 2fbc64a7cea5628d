#include "ci/report/changes.hpp"

#include "ci/report/table.hpp"

#include <fmt/format.h>

namespace interlock::ci {

std::string changes_text(const Report& report) {
    std::string text;
    for (const ReportedChange& change : report.changes) {
        text += fmt::format("      {}\n", change.text());
        if (change.shown.replay.empty()) {
            continue;
        }
        text += fmt::format(
            "        {}: {}\n",
            change.is_of_the_old ? "see it in the approved version" : "see it",
            change.shown.replay
        );
    }
    return text.empty() ? text
                        : fmt::format(
                              "DIFF  {} ({}) is not as in the baseline:\n{}",
                              report.name,
                              report.revision,
                              text
                          );
}

std::string approval_text(const RunReport& run) {
    std::string text;
    for (const ScenarioDifference& one : run.removed) {
        text += fmt::format("DIFF  {} ({}) is in the baseline alone\n", one.scenario, one.revision);
    }
    if (run.changed() > 0) {
        text += fmt::format(
            "The baseline must be approved again. If this is what was wanted:\n  {}\n", run.approve
        );
    }
    return text;
}

std::string text_of(const Difference& difference) {
    std::string text;
    for (const ScenarioDifference& one : difference.scenarios) {
        text += fmt::format("{} ({})\n", one.scenario, one.revision);
        for (const Change& change : one.changes) {
            text += fmt::format(
                "  {}{}{}\n", name_of(change.kind), change.what.empty() ? "" : ": ", change.what
            );
            if (!change.schedule.empty()) {
                text += fmt::format(
                    "    {}: interlock replay {} --revision {} --schedule {}\n",
                    is_of_the_old(change.kind) ? "in the old version" : "in the new version",
                    one.file,
                    one.revision,
                    change.schedule
                );
            }
        }
    }
    text += difference.is_empty() ? fmt::format("no difference in {} scenarios\n", difference.same)
                                  : fmt::format(
                                        "\n{} scenarios differ, {} do not{}\n",
                                        difference.scenarios.size(),
                                        difference.same,
                                        exit_of(difference) == Exit::not_as_expected
                                            ? ": the old snapshot must be approved again"
                                            : ""
                                    );
    return text;
}

}  // namespace interlock::ci
