#include "models/replay.hpp"

#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/report/json.hpp"
#include "ci/report/text.hpp"
#include "properties/last_trace.hpp"

#include <fmt/format.h>
#include <memory>

namespace interlock::ci {

namespace {

struct Arguments {
    std::string file;
    std::string schedule;
    Overrides overrides;
    JsonOutput json;
};

Exit replay(const Arguments& arguments) {
    std::string problem;
    const auto schedule = models::schedule_from(arguments.schedule, problem);
    if (!schedule) {
        return complain("--schedule: " + problem);
    }
    auto found = load(arguments.file, arguments.overrides);
    if (const auto* why = std::get_if<std::string>(&found)) {
        return complain(*why);
    }
    auto& loaded = std::get<Loaded>(found);
    if (schedule->scenario != loaded.program.fingerprint) {
        return complain(fmt::format(
            "{}: the schedule belongs to another scenario or another revision of it; it was "
            "changed "
            "since, or --revision differs; run check again for a schedule of this one",
            arguments.file
        ));
    }
    const models::CheckOptions options = models::replay_of(*schedule);
    Checked checked;
    models::Trace trace;
    properties::LastTrace keeper(loaded.program, trace);
    checked.result = models::check(loaded.program, keeper, options);
    checked.strategy = options.strategy;
    checked.loaded = std::move(loaded);
    const models::Result& result = checked.result;
    if (result.verdict == models::Verdict::broken) {
        return complain(arguments.file + ": " + result.why);
    }
    // One execution is asked for, and it was run: good unless it violates something.
    checked.is_expected = result.violations.empty();
    if (!arguments.json.replaces_text()) {
        fmt::print("{}", trace_text(checked.loaded, trace));
        if (result.violations.empty()) {
            fmt::print("\nNothing is violated in this execution.\n");
        } else {
            fmt::print("\n{}", story_text(checked, result.violations.front()));
        }
    }
    if (!arguments.json.write(json_of(checked))) {
        return Exit::broken_or_bad_input;
    }
    return checked.is_expected ? Exit::as_expected : Exit::not_as_expected;
}

}  // namespace

void add_replay(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "replay", "Run one schedule of a scenario again: the same trace, byte for byte"
    );
    command->add_option("file", arguments->file, "The scenario (YAML)")->required();
    command->add_option("--schedule", arguments->schedule, "As printed by check and reproduce")
        ->required();
    command->add_option(
        "--revision",
        arguments->overrides.revision,
        "The job system that the schedule was found on, if not the one in the file"
    );
    arguments->json.add_to(*command);
    command->callback([arguments, &exit] { exit = replay(*arguments); });
}

}  // namespace interlock::ci
