#include "ci/baseline/difference.hpp"
#include "ci/batch/batch.hpp"
#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/command/progress.hpp"
#include "ci/report/changes.hpp"
#include "ci/report/file.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>

namespace interlock::ci {

namespace {

struct Arguments {
    std::vector<std::string> paths;
    Overrides overrides;
    std::string output = "-";
    std::size_t jobs = default_jobs();
};

Exit snapshot(const Arguments& arguments) {
    const std::vector<std::string> files = files_of(arguments.paths);
    if (files.empty()) {
        return complain("there are no scenarios (*.yaml) there; give files, or directories of them"
        );
    }
    BatchOptions options;
    options.overrides = arguments.overrides;
    options.overrides.stop = models::Stop::never;
    options.jobs = arguments.jobs;
    std::vector<Behaviour> behaviours;
    auto exit = Exit::as_expected;
    for (const Ran& ran : run_batch(files, options)) {
        if (const auto* problem = std::get_if<std::string>(&ran)) {
            return complain(*problem);
        }
        const auto& examined = std::get<Examined>(ran);
        const Report& report = examined.report;
        if (report.verdict == models::Verdict::broken) {
            return complain(report.file + ": " + report.why);
        }
        if (!report.is_complete) {
            exit = Exit::gave_up;
            fmt::print(
                stderr,
                "interlock: {}: {}; what it may still do is not in the snapshot\n",
                report.file,
                report.why
            );
        }
        behaviours.push_back(examined.behaviour);
    }
    if (interrupt_token().stop_requested()) {
        return complain("interrupted; nothing was written");
    }
    auto whole = snapshot_of(std::move(behaviours));
    if (const auto* problem = std::get_if<std::string>(&whole)) {
        return complain(*problem);
    }
    const std::string problem = write_file(arguments.output, text_of(std::get<Snapshot>(whole)));
    return problem.empty() ? exit : complain(problem);
}

struct DiffArguments {
    std::string before;
    std::string after;
};

Exit diff(const DiffArguments& arguments) {
    auto before = read_snapshot_file(arguments.before);
    auto after = read_snapshot_file(arguments.after);
    for (const auto* read : {&before, &after}) {
        if (const auto* problem = std::get_if<std::string>(read)) {
            return complain(*problem);
        }
    }
    const Difference found =
        difference(std::get<Snapshot>(before), std::get<Snapshot>(after), Missing::is_removed);
    fmt::print("{}", text_of(found));
    return exit_of(found);
}

}  // namespace

void add_snapshot(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "snapshot",
        "Write down everything that scenarios can come to, to be kept as the baseline of gate"
    );
    command->add_option("paths", arguments->paths, "Scenario files, or directories of them");
    command->add_option("--output,-o", arguments->output, "Where to; - is standard output");
    command->add_option("--jobs,-j", arguments->jobs, "So many scenarios at once")
        ->check(CLI::Range(1, 256));
    add_overrides(*command, arguments->overrides);
    command->footer("Exit codes: 0 all is in it, 2 a search gave up, 3 broken or bad input.");
    command->callback([arguments, &exit] { exit = snapshot(*arguments); });
}

void add_diff(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<DiffArguments>();
    CLI::App* const command =
        app.add_subcommand("diff", "Say what became possible and impossible between two snapshots");
    command->add_option("old", arguments->before, "A snapshot")->required();
    command->add_option("new", arguments->after, "A later one")->required();
    command->footer(
        "Exit codes: 0 no difference, 1 the old one must be approved again, 2 a search of them "
        "gave "
        "up and nothing else differs, 3 bad input."
    );
    command->callback([arguments, &exit] { exit = diff(*arguments); });
}

}  // namespace interlock::ci
