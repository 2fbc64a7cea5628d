#include "ci/command/commands.hpp"
#include "ci/command/from_log.hpp"
#include "ci/command/minimise.hpp"
#include "ci/command/options.hpp"
#include "ci/report/json.hpp"
#include "ci/report/text.hpp"
#include "ci/report/words.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace interlock::ci {

namespace {

struct Arguments {
    std::string name;
    Overrides overrides;
    JsonOutput json;
    FromLog from_log;
};

// Of the shipped scenarios, those that expect a violation.
std::vector<Loaded> reproducible(const Overrides& overrides) {
    std::vector<Loaded> all;
    for (const std::string& file : scenario_files(scenarios_directory())) {
        auto loaded = load(file, overrides);
        if (auto* one = std::get_if<Loaded>(&loaded);
            one != nullptr && one->scenario.expect.is_violation()) {
            all.push_back(std::move(*one));
        }
    }
    return all;
}

Exit list_reproducible() {
    fmt::print("What can be reproduced (interlock reproduce NAME):\n\n");
    for (const Loaded& loaded : reproducible({})) {
        fmt::print(
            "  {}  ({})\n{}",
            loaded.scenario.name,
            loaded.scenario.revision,
            wrapped(loaded.scenario.about, 6)
        );
    }
    return Exit::as_expected;
}

std::variant<Loaded, std::string> find(const Arguments& arguments) {
    if (std::filesystem::exists(arguments.name)) {
        return load(arguments.name, arguments.overrides);
    }
    // Shipped scenarios have the names of their files; to read them all takes longer than the rest.
    const auto file = scenarios_directory() / (arguments.name + ".yaml");
    if (std::filesystem::exists(file)) {
        auto loaded = load(file.string(), arguments.overrides);
        if (const auto* one = std::get_if<Loaded>(&loaded);
            one != nullptr && one->scenario.expect.is_violation()) {
            return loaded;
        }
    }
    std::string known;
    for (Loaded& loaded : reproducible(arguments.overrides)) {
        if (loaded.scenario.name == arguments.name) {
            return std::move(loaded);
        }
        known += (known.empty() ? "" : ", ") + loaded.scenario.name;
    }
    return "there is no file and no shipped failure called '" + arguments.name + "'; there is " +
           known;
}

Exit reproduce(const Arguments& arguments) {
    if (!arguments.from_log.log.empty()) {
        FromLog wanted = arguments.from_log;
        wanted.overrides = arguments.overrides;
        return reproduce_from_log(wanted);
    }
    if (arguments.name.empty()) {
        return list_reproducible();
    }
    auto found = find(arguments);
    if (const auto* problem = std::get_if<std::string>(&found)) {
        return complain(*problem);
    }
    // To the end, so that the schedule shown is the simplest there is.
    Overrides overrides = arguments.overrides;
    overrides.stop = overrides.stop.value_or(models::Stop::never);
    auto ran = run(std::get<Loaded>(std::move(found)), overrides);
    if (const auto* problem = std::get_if<std::string>(&ran)) {
        return complain(*problem);
    }
    auto& checked = std::get<Checked>(ran);
    constexpr double seconds_at_most = 2;
    minimise(checked, checked.options, seconds_at_most);
    const models::Scenario& scenario = checked.loaded.scenario;
    if (!arguments.json.replaces_text()) {
        fmt::print("{} (revision {})\n", scenario.name, checked.loaded.program.revision);
        if (!scenario.about.empty()) {
            fmt::print("{}", wrapped(scenario.about));
        }
        fmt::print("\n");
        if (checked.result.violations.empty()) {
            fmt::print("{}", text_of(checked));
        } else {
            fmt::print("{}{}", story_text(checked, told_of(checked)), smallest_text(checked));
        }
    }
    return arguments.json.write(json_of(checked)) ? checked.exit() : Exit::broken_or_bad_input;
}

}  // namespace

void add_reproduce(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "reproduce", "Tell how a known failure comes about, step by step; without a name, list them"
    );
    command->add_option("name", arguments->name, "A shipped failure, or a scenario file");
    CLI::Option* const log = command->add_option(
        "--from-log",
        arguments->from_log.log,
        "Instead: the log of a real run (LogObserver); finds a schedule that ends as it does"
    );
    command
        ->add_option(
            "--policies",
            arguments->from_log.policies,
            "With it: a scenario whose jobs have the policies, instead of guessing them"
        )
        ->needs(log);
    command
        ->add_option("--output", arguments->from_log.output, "With it: where to write the scenario")
        ->needs(log);
    add_overrides(*command, arguments->overrides);
    arguments->json.add_to(*command);
    command->callback([arguments, &exit] { exit = reproduce(*arguments); });
}

}  // namespace interlock::ci
