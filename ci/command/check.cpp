#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/report/json.hpp"
#include "ci/report/text.hpp"

#include <fmt/format.h>
#include <memory>

namespace interlock::ci {

namespace {

struct Arguments {
    std::string file;
    Overrides overrides;
    JsonOutput json;
};

Exit check(const Arguments& arguments) {
    auto loaded = load(arguments.file, arguments.overrides);
    if (const auto* problem = std::get_if<std::string>(&loaded)) {
        return complain(*problem);
    }
    auto ran = run(std::get<Loaded>(std::move(loaded)), arguments.overrides);
    if (const auto* problem = std::get_if<std::string>(&ran)) {
        return complain(*problem);
    }
    const auto& checked = std::get<Checked>(ran);
    if (!arguments.json.replaces_text()) {
        fmt::print("{}", text_of(checked));
    }
    return arguments.json.write(json_of(checked)) ? checked.exit() : Exit::broken_or_bad_input;
}

}  // namespace

void add_check(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "check", "Explore one scenario and compare the verdict with what the file expects"
    );
    command->add_option("file", arguments->file, "The scenario (YAML)")->required();
    add_overrides(*command, arguments->overrides);
    arguments->json.add_to(*command);
    command->callback([arguments, &exit] { exit = check(*arguments); });
}

}  // namespace interlock::ci
