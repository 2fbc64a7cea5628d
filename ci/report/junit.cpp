// JUnit XML as Jenkins, GitLab and GitHub's test reporters read it: a case for each scenario, and
// with a baseline another for how it behaves.
#include "ci/report/formats.hpp"
#include "ci/report/table.hpp"
#include "ci/report/xml.hpp"

#include <fmt/format.h>

namespace interlock::ci {

namespace {

struct Case {
    std::string name = {};
    std::string revision = {};
    std::string file = {};
    double wall_s = 0;
    std::string problem = {};  // "failure", "error"; empty: it passes
    std::string type = {};     // of the problem
    std::string message = {};  // of the problem, in a line
    std::string details = {};
};

std::string details_of(const Shown& shown) {
    std::string text;
    if (shown.story) {
        text += table_of(*shown.story);
        for (const std::string& sentence : shown.story->end) {
            text += "- " + sentence + ".\n";
        }
    }
    return shown.replay.empty() ? text : text + "\nRun it again:\n  " + shown.replay + "\n\n";
}

Case verdict_case(const Report& report) {
    Case one{.name = report.name, .revision = report.revision, .file = report.file};
    one.wall_s = report.wall_s;
    if (report.is_expected) {
        return one;
    }
    const bool is_known =
        report.verdict == models::Verdict::holds || report.verdict == models::Verdict::violated;
    one.problem = is_known ? "failure" : "error";
    one.type = name_of(report.verdict);
    one.message = fmt::format("{}; expected {}", report.verdict_text, report.expectation);
    for (const ReportedViolation& violation : report.violations) {
        one.details += fmt::format(
            "{}: {}\n\n{}", violation.property, violation.message, details_of(violation.shown)
        );
    }
    return one;
}

Case behaviour_case(const Report& report) {
    Case one{.name = report.name, .revision = report.revision, .file = report.file};
    for (const ReportedChange& change : report.changes) {
        one.problem = "failure";
        one.type = "behaviour";
        one.message += (one.message.empty() ? "" : "; ") + change.text();
        one.details += change.text() + "\n\n" + details_of(change.shown);
    }
    return one;
}

std::string xml_of(const Case& one) {
    std::string text = fmt::format(
        R"(    <testcase name="{}" classname="interlock.{}" file="{}" time="{:.6f}")",
        xml_text(one.name),
        xml_text(one.revision),
        xml_text(one.file),
        one.wall_s
    );
    if (one.problem.empty()) {
        return text + "/>\n";
    }
    return text + fmt::format(
                      ">\n      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n    </testcase>\n",
                      one.problem,
                      xml_text(one.type),
                      xml_text(one.message),
                      xml_text(one.details)
                  );
}

struct Suite {
    std::string name;
    std::vector<Case> cases;

    [[nodiscard]] std::size_t count(std::string_view problem) const {
        std::size_t count = 0;
        for (const Case& one : cases) {
            count += one.problem == problem ? 1U : 0U;
        }
        return count;
    }

    [[nodiscard]] double wall_s() const {
        double sum = 0;
        for (const Case& one : cases) {
            sum += one.wall_s;
        }
        return sum;
    }
};

}  // namespace

std::string junit_report(const RunReport& run) {
    Suite verdicts{.name = "interlock scenarios", .cases = {}};
    Suite behaviours{.name = "interlock baseline", .cases = {}};
    for (const Report& report : run.scenarios) {
        verdicts.cases.push_back(verdict_case(report));
        behaviours.cases.push_back(behaviour_case(report));
    }
    for (const std::string& problem : run.problems) {
        verdicts.cases.push_back(
            {.name = problem.substr(0, problem.find(": ")),
             .revision = "unread",
             .file = problem.substr(0, problem.find(':')),
             .problem = "error",
             .type = "bad_input",
             .message = problem,
             .details = {}}
        );
    }
    for (const ScenarioDifference& one : run.removed) {
        behaviours.cases.push_back(
            {.name = one.scenario,
             .revision = one.revision,
             .file = one.file,
             .problem = "failure",
             .type = "behaviour",
             .message = std::string(name_of(Change::Kind::removed)),
             .details = {}}
        );
    }
    std::vector<Suite> suites{std::move(verdicts)};
    if (run.has_baseline) {
        suites.push_back(std::move(behaviours));
    }
    std::string text;
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    for (const Suite& suite : suites) {
        tests += suite.cases.size();
        failures += suite.count("failure");
        errors += suite.count("error");
        text += fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" "
            "time=\"{:.6f}\">\n",
            suite.name,
            suite.cases.size(),
            suite.count("failure"),
            suite.count("error"),
            suite.wall_s()
        );
        for (const Case& one : suite.cases) {
            text += xml_of(one);
        }
        text += "  </testsuite>\n";
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"interlock\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
        "time=\"{:.6f}\">\n{}</testsuites>\n",
        tests,
        failures,
        errors,
        run.wall_s(),
        text
    );
}

}  // namespace interlock::ci
