#include "ci/report/diagrams.hpp"

#include <fmt/format.h>

namespace interlock::ci {

namespace {

void add(const Report& report, std::string_view title, const Shown& shown, std::vector<Told>& all) {
    if (shown.story) {
        all.push_back({fmt::format("{}: {}", report.name, title), &report, &shown, &*shown.story});
    }
}

void add_violations(const Report& report, std::vector<Told>& all) {
    for (const ReportedViolation& violation : report.violations) {
        add(report, violation.property, violation.shown, all);
    }
}

}  // namespace

std::vector<Told> told(const RunReport& run) {
    std::vector<Told> all;
    for (const Report& report : run.scenarios) {
        if (!report.is_expected) {
            add_violations(report, all);
        }
    }
    for (const Report& report : run.scenarios) {
        for (const ReportedChange& change : report.changes) {
            add(report, change.text(), change.shown, all);
        }
    }
    for (const Report& report : run.scenarios) {
        if (report.is_expected) {
            add_violations(report, all);
        }
    }
    return all;
}

Told told_first(const RunReport& run) {
    const auto all = told(run);
    return all.empty() ? Told{} : all.front();
}

std::string in_double_quotes(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        quoted += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return quoted + '"';
}

}  // namespace interlock::ci
