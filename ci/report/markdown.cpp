// A job summary for people who review: what is wrong, what changed, each with its schedule.
#include "ci/report/diagrams.hpp"
#include "ci/report/formats.hpp"
#include "ci/report/table.hpp"

#include <fmt/format.h>

namespace interlock::ci {

namespace {

// A job summary may be a megabyte long.
constexpr std::size_t details_max = 40;
constexpr std::size_t steps_drawn_max = 60;

// Within a line or a cell of a table.
std::string plain(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        switch (c) {
            case '<':
                plain += "&lt;";
                break;
            case '&':
                plain += "&amp;";
                break;
            case '|':
            case '*':
            case '_':
            case '`':
            case '#':
            case '[':
            case '\\':
                plain += '\\';
                plain += c;
                break;
            default:
                plain += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
        }
    }
    return plain;
}

// A fence that `text` does not close.
std::string fenced(std::string_view language, std::string_view text) {
    std::string fence = "```";
    while (text.find(fence) != std::string_view::npos) {
        fence += '`';
    }
    return fmt::format("{}{}\n{}{}\n", fence, language, text, fence);
}

std::string details_of(const Shown& shown) {
    std::string text;
    if (shown.story) {
        for (const std::string& sentence : shown.story->end) {
            text += "- " + plain(sentence) + ".\n";
        }
        text += "\n<details><summary>The schedule, step by step</summary>\n\n" +
                fenced("text", table_of(*shown.story));
        if (shown.story->moments.size() <= steps_drawn_max) {
            text += "\n" + fenced("mermaid", mermaid_of(*shown.story));
        }
        text += "\n</details>\n\n";
    }
    if (!shown.replay.empty()) {
        text += "See it:\n\n" + fenced("sh", shown.replay + "\n") + "\n";
    }
    return text;
}

// What the verdict rests on.
std::string worth_of(const Report& report) {
    std::string text = fmt::format("- guarantee: {}\n", plain(report.guarantee_text));
    if (!report.never_exercised.empty()) {
        text += fmt::format(
            "- never exercised: {}\n",
            plain(fmt::format("{}", fmt::join(report.never_exercised, ", ")))
        );
    }
    if (!report.saturation_text.empty()) {
        text += fmt::format("- saturation: {}\n", plain(report.saturation_text));
    }
    return text + "\n";
}

std::string section_of(const Report& report, std::size_t& left) {
    std::string text = fmt::format(
        "### {} ({})\n\n{}:{} — {}{}\n\n",
        plain(report.name),
        plain(report.revision),
        plain(report.file),
        report.place.line,
        plain(report.verdict_text),
        report.is_expected ? ", as expected" : "; expected " + report.expectation
    );
    text += worth_of(report);
    const auto add = [&](const std::string& title, const Shown& shown) {
        if (left > 0) {
            --left;
            text += fmt::format("**{}**\n\n{}", title, details_of(shown));
        } else {
            text += fmt::format("**{}**\n\n", title);
        }
    };
    if (!report.is_expected || report.smallest) {
        for (const ReportedViolation& violation : report.violations) {
            add(plain(violation.property + ": " + violation.message), violation.shown);
        }
        if (report.smallest) {
            text += fmt::format(
                "**{}**\n\n{}\n",
                plain(report.smallest->text),
                fenced("yaml", report.smallest->scenario)
            );
        }
    }
    for (const ReportedChange& change : report.changes) {
        add(plain(change.text()) + (change.is_of_the_old ? " (as it was)" : ""), change.shown);
    }
    return text;
}

}  // namespace

std::string markdown_report(const RunReport& run) {
    std::string text = fmt::format("## Interlock: {}\n\n", run.summary());
    for (const std::string& problem : run.problems) {
        text += "- could not be run: " + plain(problem) + "\n";
    }
    for (const ScenarioDifference& one : run.removed) {
        text +=
            fmt::format("- {} ({}) is in the baseline alone\n", plain(one.scenario), one.revision);
    }
    std::size_t left = details_max;
    for (const Report& report : run.scenarios) {
        if (!report.is_good() || report.smallest) {
            text += "\n" + section_of(report, left);
        }
    }
    if (run.changed() > 0) {
        text += "\nThe baseline must be approved again. If this is what was wanted:\n\n" +
                fenced("sh", run.approve + "\n");
    }
    text += fmt::format(
        "\n<details><summary>All {} scenarios</summary>\n\n"
        "| scenario | revision | verdict | executions | outcomes | never exercised |\n"
        "|---|---|---|--:|--:|---|\n",
        run.scenarios.size()
    );
    for (const Report& report : run.scenarios) {
        text += fmt::format(
            "| {}{} | {} | {} | {} | {} | {} |\n",
            report.is_good() ? "" : "❌ ",
            plain(report.name),
            plain(report.revision),
            plain(std::string(name_of(report.verdict))),
            report.executions,
            report.outcomes.size(),
            plain(fmt::format("{}", fmt::join(report.never_exercised, ", ")))
        );
    }
    return text + "\n</details>\n";
}

}  // namespace interlock::ci
