#include "ci/command/commands.hpp"
#include "ci/command/minimise.hpp"
#include "ci/command/options.hpp"
#include "ci/command/portion.hpp"
#include "ci/fleet/fleet.hpp"
#include "ci/report/color.hpp"
#include "ci/report/json.hpp"
#include "ci/report/text.hpp"
#include "properties/monitors.hpp"

#include <memory>

namespace interlock::ci {

namespace {

struct Arguments {
    std::string file;
    Overrides overrides;
    bool minimises = false;
    PortionOptions portion;
    JsonOutput json;
    ReportOutput reports;
};

// By one process; or by the first of several, which `fleet` joins.
Exit check(const Arguments& arguments, Fleet* fleet) {
    const bool is_first = fleet == nullptr || fleet->is_first();
    const auto refuse = [&](const std::string& problem) {
        return is_first ? complain(problem) : Exit::broken_or_bad_input;
    };
    auto read = load(arguments.file, arguments.overrides);
    if (const auto* problem = std::get_if<std::string>(&read)) {
        return refuse(*problem);
    }
    auto& loaded = std::get<Loaded>(read);
    Overrides overrides = arguments.overrides;
    overrides.is_in_portions = !arguments.portion.is_whole();
    overrides.is_shard = arguments.portion.shard().of > 1;
    const auto given = options_of(loaded, overrides);
    if (const auto* problem = std::get_if<std::string>(&given)) {
        return refuse(*problem);
    }
    const auto& options = std::get<models::CheckOptions>(given);
    if (!is_first) {
        const models::Judges judges = [&] {
            return std::make_unique<properties::Monitors>(loaded.program);
        };
        fleet->work(loaded.program, judges, options);
        return Exit::as_expected;
    }
    auto ran = arguments.portion.is_whole()
                   ? run(std::move(loaded), overrides)
                   : arguments.portion.run(std::move(loaded), options, fleet);
    if (const auto* problem = std::get_if<std::string>(&ran)) {
        return complain(*problem);
    }
    auto& checked = std::get<Checked>(ran);
    if (arguments.minimises) {
        minimise(checked, checked.options, checked.options.budget.seconds);
    }
    if (!arguments.json.replaces_text() && !arguments.reports.replaces_text()) {
        print(text_of(checked));
        if (fleet != nullptr) {
            print("  " + fleet->summary() + "\n");
        }
    }
    models::Shard const shard = arguments.portion.shard();
    RunReport one;
    one.scenarios.push_back(report_of(checked));
    const bool is_json_written = arguments.json.write(
        shard.of > 1 ? json_of_shard(checked, shard) : json_of(one.scenarios.front())
    );
    return arguments.reports.write(one) && is_json_written ? checked.exit()
                                                           : Exit::broken_or_bad_input;
}

Exit check(const Arguments& arguments) {
    if (!arguments.portion.uses_mpi()) {
        return check(arguments, nullptr);
    }
    const std::unique_ptr<Fleet> fleet = Fleet::join();
    if (fleet == nullptr) {
        return complain(
            "this program was built without MPI; install it (ci/setup --mpi) and build again, or "
            "leave --mpi out"
        );
    }
    const Exit exit = check(arguments, fleet.get());
    fleet->release();
    return exit;
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
    arguments->reports.add_to(*command);
    command->callback([arguments, &exit] { exit = check(*arguments); });
}

}  // namespace interlock::ci
