#include "ci/command/commands.hpp"
#include "ci/report/words.hpp"
#include "models/revisions/revision.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace interlock::ci {

namespace {

Exit list() {
    fmt::print("Scenarios (interlock check FILE):\n\n");
    for (const std::string& file : scenario_files(scenarios_directory())) {
        const auto loaded = load(file, {});
        if (const auto* problem = std::get_if<std::string>(&loaded)) {
            fmt::print("  {}\n", *problem);
            continue;
        }
        const models::Scenario& scenario = std::get<Loaded>(loaded).scenario;
        fmt::print("  {}  ({})\n{}", file, scenario.revision, wrapped(scenario.about, 6));
    }
    fmt::print("\nJob systems (--revision):\n\n");
    for (const models::Revision& revision : models::revisions()) {
        fmt::print("  {:<10} {}\n", revision.name, revision.about);
    }
    fmt::print("\nProperties (expect: {{verdict: violated, property: …}}):\n\n ");
    for (std::string_view const property : models::property_names) {
        fmt::print(" {}", property);
    }
    fmt::print("\n");
    return Exit::as_expected;
}

}  // namespace

void add_list(CLI::App& app, std::optional<Exit>& exit) {
    app.add_subcommand("list", "Name the shipped scenarios, the job systems and the properties")
        ->callback([&exit] { exit = list(); });
}

}  // namespace interlock::ci
