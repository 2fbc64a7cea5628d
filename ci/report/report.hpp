// What a check or a gate found, as values for the writers of reports: built once, and no writer
// asks for anything else.
#pragma once

#include "ci/baseline/difference.hpp"
#include "ci/report/story.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace interlock::ci {

// An execution worth telling, and how to see it again.
struct Shown {
    std::string schedule;
    std::string replay;          // the command
    std::optional<Story> story;  // unset: of a version of the core that is not this one
};

struct ReportedViolation {
    std::string property;
    std::string message;  // one sentence
    models::Place place;  // of the call, or the task, that it happens to
    bool has_fewest_switches = false;
    Shown shown;
};

// The smallest scenario that still fails.
struct ReportedSmallest {
    std::string scenario;  // as a file
    std::string text;      // how it was found, and what shows it
    bool is_minimal = false;
    std::uint64_t tried = 0;
    std::string schedule;
    std::uint32_t switches = 0;
    bool has_fewest_switches = false;
};

struct ReportedOutcome {
    std::vector<std::pair<std::string, std::string>> calls;  // label, what it came to
    std::string text;                                        // all of it in one line
    std::string schedule;
};

struct ReportedChange {
    std::string kind;  // "became possible"
    std::string what;  // the outcome or property; empty: the scenario as a whole
    bool is_of_the_old = false;
    Shown shown;  // with an empty schedule where there is nothing to see

    [[nodiscard]] std::string text() const { return what.empty() ? kind : kind + ": " + what; }
};

// One scenario.
struct Report {
    std::string name;
    std::string file;
    models::Place place;  // where the file says what it expects; of its first line otherwise
    std::string about;
    std::string revision;
    std::string strategy;
    models::Verdict verdict = models::Verdict::holds;
    std::string verdict_text;  // "holds in all 6 executions"
    std::string expectation;   // "that it holds"
    bool is_expected = false;
    bool is_complete = false;
    std::uint64_t executions = 0;
    std::uint64_t blocked = 0;
    std::uint64_t steps = 0;
    double wall_s = 0;
    std::string why;        // of a search that gave up
    std::string guarantee;  // as JSON
    std::string guarantee_text;
    std::string saturation;  // as JSON; empty: it is not known
    std::string saturation_text;
    std::vector<std::string> never_exercised;
    std::optional<ReportedSmallest> smallest;
    std::vector<ReportedViolation> violations;
    std::vector<ReportedOutcome> outcomes;
    bool has_all_outcomes = true;         // else not those that differ by who is who, of copies
    std::vector<ReportedChange> changes;  // against the baseline

    // Nothing to look at: as the file expects, and as the baseline says.
    [[nodiscard]] bool is_good() const noexcept { return is_expected && changes.empty(); }
};

// One run of the command.
struct RunReport {
    std::vector<Report> scenarios;
    std::vector<std::string> problems;        // of files that could not be run, a line each
    std::vector<ScenarioDifference> removed;  // only the baseline has them
    bool has_baseline = false;
    std::string approve;  // the command that takes what is now as the baseline

    [[nodiscard]] std::size_t expected() const noexcept;
    [[nodiscard]] std::size_t changed() const noexcept;  // scenarios, the removed ones included
    [[nodiscard]] double wall_s() const noexcept;
    // "78 of 79 scenarios as expected, 1 behaves differently"
    [[nodiscard]] std::string summary() const;
};

Report report_of(const Checked& checked);

std::vector<ReportedOutcome> outcomes_of(const Behaviour& behaviour);

}  // namespace interlock::ci
