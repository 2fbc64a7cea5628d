#include "ci/command/options.hpp"

#include "ci/command/suggest.hpp"
#include "ci/report/file.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <map>

namespace interlock::ci {

void add_overrides(CLI::App& command, Overrides& overrides) {
    command.add_option_function<std::string>(
        "--strategy",
        [&overrides](const std::string& name) {
            overrides.strategy = models::strategy_named(name);
            if (!overrides.strategy || overrides.strategy == models::Strategy::replay) {
                const auto known = models::strategies_that_explore();
                throw CLI::ValidationError(
                    "--strategy",
                    "'" + name + "' is not a strategy" +
                        suggestion(name, {known.begin(), known.end()})
                );
            }
        },
        "How to explore. All there is: optimal (one of each class of equivalent interleavings), "
        "exhaustive (every interleaving), stateful (every state once, however it was come to), "
        "bounded (without preemptions, then with one, ...). Many, without an end: random, "
        "selective, pct, portfolio (bounded, random and pct in turn). One: fifo (the order of a "
        "first-come-first-served loop)"
    );
    static const std::map<std::string, models::Stop> stops{
        {"first", models::Stop::first}, {"never", models::Stop::never}};
    command
        .add_option(
            "--stop",
            overrides.stop,
            "When to stop: at the first violation, or never before the end"
        )
        ->transform(CLI::CheckedTransformer(stops).description("first|never"));
    static const std::map<std::string, models::TimeMode> times{
        {"fixed", models::TimeMode::fixed}, {"all", models::TimeMode::all}};
    command
        .add_option(
            "--time",
            overrides.time,
            "When time passes: only where all tasks wait for it, or at any moment, in every way"
        )
        ->transform(CLI::CheckedTransformer(times).description("fixed|all"));
    static const std::map<std::string, models::Discipline> disciplines{
        {"cooperative", models::Discipline::cooperative},
        {"preemptive", models::Discipline::preemptive}};
    command
        .add_option(
            "--discipline",
            overrides.discipline,
            "Where others may run: where tasks suspend, or between any two calls of the core"
        )
        ->transform(CLI::CheckedTransformer(disciplines).description("cooperative|preemptive"));
    command.add_option("--seed", overrides.seed, "Seed of random, selective, pct and portfolio");
    command.add_option("--bound", overrides.bound, "The most preemptions that bounded tries");
    command.add_option("--depth", overrides.depth, "The depth of bugs that pct looks for")
        ->check(CLI::PositiveNumber);
    command.add_option(
        "--budget-executions", overrides.executions, "Give up after so many executions"
    );
    command.add_option("--budget-seconds", overrides.seconds, "Give up after so many seconds")
        ->check(CLI::NonNegativeNumber);
    command.add_option(
        "--budget-memory", overrides.memory_mb, "Give up when the process has so many MB in memory"
    );
    command.add_option("--threads", overrides.threads, "Explore by so many threads at once");
    command.add_option(
        "--faults-raise", overrides.raises, "Let bodies raise so often where they are suspended"
    );
    command.add_option(
        "--faults-cancel", overrides.cancellations, "Cancel tasks so often where they are suspended"
    );
    command.add_option(
        "--failures",
        overrides.failures,
        "Where schedules that failed are kept and run first (default: interlock/failures in "
        "$XDG_CACHE_HOME or ~/.cache; none: nowhere)"
    );
    command.add_option(
        "--revision",
        overrides.revision,
        "Run on this job system instead: interlock, limit, split, guarded, merged, head"
    );
}

void JsonOutput::add_to(CLI::App& command) {
    command.add_flag(
        "--json{-}", path_, "Print the result as JSON; --json=PATH writes it to a file as well"
    );
}

bool JsonOutput::write(const std::string& json) const {
    if (path_.empty()) {
        return true;
    }
    const std::string problem = write_file(path_, json);
    if (!problem.empty()) {
        complain(problem);
    }
    return problem.empty();
}

void ReportOutput::add_to(CLI::App& command) {
    std::string names;
    for (const Format& format : formats()) {
        names += (names.empty() ? "" : ", ") + std::string(format.name);
    }
    command
        .add_option_function<std::vector<std::string>>(
            "--report",
            [this](const std::vector<std::string>& all) {
                for (const std::string& one : all) {
                    const std::size_t equals = std::min(one.find('='), one.size());
                    const std::string name = one.substr(0, equals);
                    const Format* const format = format_named(name);
                    if (format == nullptr) {
                        std::vector<std::string_view> known;
                        for (const Format& other : formats()) {
                            known.push_back(other.name);
                        }
                        throw CLI::ValidationError(
                            "--report", "'" + name + "' is not a format" + suggestion(name, known)
                        );
                    }
                    wanted_.push_back({format, equals == one.size() ? "-" : one.substr(equals + 1)}
                    );
                }
            },
            "Write a report: " + names + "; FORMAT alone, or with - as PATH, is standard output"
        )
        ->type_name("FORMAT=PATH")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

bool ReportOutput::replaces_text() const {
    return std::any_of(wanted_.begin(), wanted_.end(), [](const Wanted& wanted) {
        return wanted.path == "-";
    });
}

bool ReportOutput::write(const RunReport& run) const {
    bool is_written = true;
    for (const auto& [format, path] : wanted_) {
        const std::string problem = write_file(path, format->write(run));
        if (!problem.empty()) {
            complain(problem);
            is_written = false;
        }
    }
    return is_written;
}

Exit complain(const std::string& problem) {
    fmt::print(stderr, "interlock: {}\n", problem);
    return Exit::broken_or_bad_input;
}

}  // namespace interlock::ci
