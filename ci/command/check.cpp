#include "ci/command/commands.hpp"
#include "ci/command/minimise.hpp"
#include "ci/command/options.hpp"
#include "ci/command/portion.hpp"
#include "ci/report/json.hpp"
#include "ci/report/text.hpp"

#include <fmt/format.h>
#include <memory>

namespace interlock::ci {

namespace {

struct Arguments {
    std::string file;
    Overrides overrides;
    bool minimises = false;
    PortionOptions portion;
    JsonOutput json;
};

Exit check(const Arguments& arguments) {
    auto loaded = load(arguments.file, arguments.overrides);
    if (const auto* problem = std::get_if<std::string>(&loaded)) {
        return complain(*problem);
    }
    Overrides overrides = arguments.overrides;
    overrides.is_in_portions = !arguments.portion.is_whole();
    const auto options = options_of(std::get<Loaded>(loaded), overrides);
    if (const auto* problem = std::get_if<std::string>(&options)) {
        return complain(*problem);
    }
    auto ran = arguments.portion.is_whole() ? run(std::get<Loaded>(std::move(loaded)), overrides)
                                            : arguments.portion.run(
                                                  std::get<Loaded>(std::move(loaded)),
                                                  std::get<models::CheckOptions>(options)
                                              );
    if (const auto* problem = std::get_if<std::string>(&ran)) {
        return complain(*problem);
    }
    auto& checked = std::get<Checked>(ran);
    if (arguments.minimises) {
        minimise(checked, checked.options, checked.options.budget.seconds);
    }
    if (!arguments.json.replaces_text()) {
        fmt::print("{}", text_of(checked));
    }
    models::Shard const shard = arguments.portion.shard();
    std::string const json = shard.of > 1 ? json_of_shard(checked, shard) : json_of(checked);
    return arguments.json.write(json) ? checked.exit() : Exit::broken_or_bad_input;
}

}  // namespace

void add_check(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "check", "Explore one scenario and compare the verdict with what the file expects"
    );
    command->add_option("file", arguments->file, "The scenario (YAML)")->required();
    add_overrides(*command, arguments->overrides);
    command->add_flag(
        "--minimise",
        arguments->minimises,
        "Look for the fewest switches, and for the smallest scenario, that violate it"
    );
    arguments->portion.add_to(*command);
    arguments->json.add_to(*command);
    command->callback([arguments, &exit] { exit = check(*arguments); });
}

}  // namespace interlock::ci
