#include "ci/batch/batch.hpp"
#include "ci/batch/compare.hpp"
#include "ci/batch/selection.hpp"
#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/report/changes.hpp"
#include "ci/report/color.hpp"
#include "ci/report/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>

namespace interlock::ci {

namespace {

struct Arguments {
    std::vector<std::string> paths;
    Overrides overrides;
    std::string searched_with;  // the options that a verdict depends on, as they were given
    JsonOutput json;
    ReportOutput reports;
    std::string baseline;
    std::size_t jobs = default_jobs();
    std::optional<double> seconds;
    std::string shard;
    std::string since;
    std::string cache;
};

// The exit code of the whole: what cannot be trusted outweighs what is wrong, and that what is
// unknown.
Exit worse(Exit a, Exit b) {
    const auto weight = [](Exit exit) {
        switch (exit) {
            case Exit::as_expected:
                return 0;
            case Exit::gave_up:
                return 1;
            case Exit::not_as_expected:
                return 2;
            case Exit::broken_or_bad_input:
                break;
        }
        return 3;
    };
    return weight(a) < weight(b) ? b : a;
}

void print_line(const Ran& ran) {
    if (const auto* examined = std::get_if<Examined>(&ran)) {
        print(line_of(examined->report) + examined->details);
        std::fflush(stdout);
    }
}

// The files that this run is about; a problem is one line.
std::variant<std::vector<std::string>, std::string> chosen(const Arguments& arguments) {
    std::vector<std::string> files = files_of(arguments.paths);
    if (files.empty()) {
        return "there are no scenarios (*.yaml) there; give files, or directories of them";
    }
    if (!arguments.since.empty()) {
        auto changed = changed_since(files, arguments.since);
        if (auto* problem = std::get_if<std::string>(&changed)) {
            return std::move(*problem);
        }
        files = std::get<std::vector<std::string>>(std::move(changed));
    }
    if (!arguments.shard.empty()) {
        const auto shard = models::shard_from(arguments.shard);
        if (!shard) {
            return fmt::format(
                "--shard: '{}' is not a shard; the second of seven is 2/7", arguments.shard
            );
        }
        files = files_of(files, *shard);
    }
    return files;
}

// Everything that can be wrong before anything is run.
struct Prepared {
    std::vector<std::string> files;
    Snapshot before;
    std::optional<VerdictCache> cache;
};

std::variant<Prepared, std::string> prepare(const Arguments& arguments) {
    Prepared prepared;
    auto files = chosen(arguments);
    if (auto* problem = std::get_if<std::string>(&files)) {
        return std::move(*problem);
    }
    prepared.files = std::get<std::vector<std::string>>(std::move(files));
    if (!arguments.baseline.empty()) {
        auto read = read_snapshot_file(arguments.baseline);
        if (auto* problem = std::get_if<std::string>(&read)) {
            return std::move(*problem);
        }
        prepared.before = std::get<Snapshot>(std::move(read));
    }
    if (!arguments.cache.empty()) {
        // With a baseline, searches go on after a violation.
        auto cache = VerdictCache::open(
            arguments.cache,
            arguments.searched_with + (arguments.baseline.empty() ? "" : " to the end")
        );
        if (auto* problem = std::get_if<std::string>(&cache)) {
            return std::move(*problem);
        }
        prepared.cache = std::get<VerdictCache>(std::move(cache));
    }
    return prepared;
}

std::string approve_command(const Arguments& arguments) {
    std::string command = program_name() + " snapshot";
    for (const std::string& path : arguments.paths) {
        command += " " + path;
    }
    return command + " --output " + arguments.baseline;
}

void print_end(const RunReport& run, std::size_t known) {
    for (const Report& report : run.scenarios) {
        print(changes_text(report));
    }
    print(fmt::format(
        "\n{}{}, {:.2f} s\n{}",
        run.summary(),
        known == 0 ? "" : fmt::format(", {} of them known from before", known),
        run.wall_s(),
        approval_text(run)
    ));
}

Exit gate(const Arguments& arguments) {
    auto ready = prepare(arguments);
    if (const auto* problem = std::get_if<std::string>(&ready)) {
        return complain(*problem);
    }
    const auto& prepared = std::get<Prepared>(ready);
    const bool is_quiet = arguments.json.replaces_text() || arguments.reports.replaces_text();
    BatchOptions options;
    options.overrides = arguments.overrides;
    options.jobs = arguments.jobs;
    options.seconds = arguments.seconds;
    options.cache = prepared.cache ? &*prepared.cache : nullptr;
    if (!arguments.baseline.empty()) {
        options.overrides.stop = models::Stop::never;  // all outcomes are compared
    }
    if (!is_quiet) {
        options.on_done = &print_line;
    }
    auto exit = Exit::as_expected;
    std::vector<Examined> all;
    std::size_t known = 0;
    RunReport run;
    for (Ran& ran : run_batch(prepared.files, options)) {
        if (auto* problem = std::get_if<std::string>(&ran)) {
            exit = worse(exit, complain(*problem));
            run.problems.push_back(std::move(*problem));
            continue;
        }
        all.push_back(std::get<Examined>(std::move(ran)));
        exit = worse(exit, all.back().exit);
        known += all.back().is_known ? 1U : 0U;
        run.scenarios.push_back(all.back().report);
    }
    const bool is_whole =
        all.size() == prepared.files.size() && arguments.shard.empty() && arguments.since.empty();
    if (all.size() + run.problems.size() < prepared.files.size()) {
        exit = worse(exit, Exit::gave_up);
    }
    if (!arguments.baseline.empty()) {
        const auto missing = is_whole ? Missing::is_removed : Missing::is_left_out;
        auto compared = compare(prepared.before, missing, all, run);
        if (const auto* problem = std::get_if<std::string>(&compared)) {
            return complain(*problem);
        }
        run.approve = approve_command(arguments);
        exit = worse(exit, std::get<Exit>(compared));
    }
    if (!is_quiet) {
        print_end(run, known);
    }
    const bool is_json_written = arguments.json.write(json_report(run));
    return arguments.reports.write(run) && is_json_written ? exit : Exit::broken_or_bad_input;
}

void add_choices(CLI::App& command, Arguments& arguments) {
    command.add_option(
        "--baseline",
        arguments.baseline,
        "A snapshot: whatever behaves differently is reported, and makes exit code 1"
    );
    command.add_option("--jobs,-j", arguments.jobs, "So many scenarios at once")
        ->check(CLI::Range(1, 256));
    command
        .add_option(
            "--time-budget",
            arguments.seconds,
            "Give up after so many seconds for all scenarios together"
        )
        ->check(CLI::NonNegativeNumber);
    command.add_option(
        "--shard", arguments.shard, "Only part I of N, as 1/3: the parts come to the whole"
    );
    command.add_option(
        "--since", arguments.since, "Only scenarios that differ from this revision of git"
    );
    command.add_option(
        "--cache",
        arguments.cache,
        "A directory of verdicts: what is known of the same scenario, options and program is not "
        "run"
    );
}

}  // namespace

void add_gate(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "gate", "Check many scenarios: all that ship with Interlock, or those given"
    );
    command->add_option("paths", arguments->paths, "Scenario files, or directories of them");
    add_overrides(*command, arguments->overrides);
    const auto overrides = command->get_options();
    add_choices(*command, *arguments);
    arguments->json.add_to(*command);
    arguments->reports.add_to(*command);
    command->callback([arguments, overrides, &exit] {
        for (const CLI::Option* const option : overrides) {
            if (option->count() > 0 && !option->get_lnames().empty()) {
                arguments->searched_with += option->get_lnames().front() + "=" +
                                            fmt::format("{}", fmt::join(option->results(), ",")) +
                                            " ";
            }
        }
        exit = gate(*arguments);
    });
}

}  // namespace interlock::ci
