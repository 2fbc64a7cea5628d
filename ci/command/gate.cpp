#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/command/progress.hpp"
#include "ci/report/json.hpp"
#include "ci/report/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>

namespace interlock::ci {

namespace {

struct Arguments {
    std::vector<std::string> paths;
    Overrides overrides;
    JsonOutput json;
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

Exit gate(const Arguments& arguments) {
    std::vector<std::string> files;
    std::vector<std::string> paths = arguments.paths;
    if (paths.empty()) {
        paths.push_back(scenarios_directory().string());
    }
    for (const std::string& path : paths) {
        const auto found = scenario_files(path);
        files.insert(files.end(), found.begin(), found.end());
    }
    if (files.empty()) {
        return complain("there are no scenarios (*.yaml) in " + paths.front());
    }
    const bool is_quiet = arguments.json.replaces_text();
    auto exit = Exit::as_expected;
    double wall_s = 0;
    std::vector<Checked> all;
    std::size_t unread = 0;
    for (const std::string& file : files) {
        if (interrupt_token().stop_requested()) {
            exit = worse(exit, Exit::gave_up);
            break;
        }
        auto loaded = load(file, arguments.overrides);
        std::string problem;
        if (auto* why = std::get_if<std::string>(&loaded)) {
            problem = std::move(*why);
        } else {
            auto ran = run(std::get<Loaded>(std::move(loaded)), arguments.overrides);
            if (auto* reason = std::get_if<std::string>(&ran)) {
                problem = std::move(*reason);
            } else {
                all.push_back(std::get<Checked>(std::move(ran)));
            }
        }
        if (!problem.empty()) {
            ++unread;
            exit = worse(exit, complain(problem));
            continue;
        }
        const Checked& checked = all.back();
        exit = worse(exit, checked.exit());
        wall_s += checked.result.wall_s;
        if (!is_quiet) {
            fmt::print("{}", line_of(checked));
            if (!checked.is_expected) {
                fmt::print("{}", text_of(checked));
            }
            std::fflush(stdout);
        }
    }
    const auto as_expected = static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const Checked& c) { return c.is_expected; })
    );
    if (!is_quiet) {
        fmt::print(
            "\n{} of {} scenarios as expected{}, {:.2f} s\n",
            as_expected,
            files.size(),
            unread == 0 ? std::string() : fmt::format(", {} could not be run", unread),
            wall_s
        );
    }
    return arguments.json.write(json_of(all)) ? exit : Exit::broken_or_bad_input;
}

}  // namespace

void add_gate(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "gate", "Check many scenarios: all that ship with Interlock, or those given"
    );
    command->add_option("paths", arguments->paths, "Scenario files, or directories of them");
    add_overrides(*command, arguments->overrides);
    arguments->json.add_to(*command);
    command->callback([arguments, &exit] { exit = gate(*arguments); });
}

}  // namespace interlock::ci
