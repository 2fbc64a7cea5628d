#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/report/file.hpp"
#include "models/scenario/reader.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace interlock::ci {

namespace {

struct Arguments {
    std::string name;
    std::string output;
};

constexpr std::string_view scenario = R"(interlock: 1
name: {0}
about: Two tasks refresh; the second waits its turn. Say here what must hold, and why.

# Things that several jobs share a lock or a throttle of.
groups: [core]

# What is called, and when it may run. Policies: docs/policies.md.
jobs:
  refresh:
    concurrency: group_queue      # none reject queue group_reject group_queue
    throttle: none                # none throttle rate_limit group_throttle group_rate_limit
    # period: 10s                 # of a throttle; max_calls: 2 of a rate limit
    body: [work]                  # what a call does: work lets others run

# Who calls. All tasks start together, and every order of their steps is tried.
tasks:
  first: [{{call: refresh@core}}]
  second:
    - {{call: refresh@core}}
    # - {{sleep: 10s}}              # time passes only where a step sleeps
    # - {{call: refresh@core, body: [{{raise: Error}}], catch: true}}

# explore: {{faults: {{raise: 1, cancel: 1}}}}  # bodies fail, tasks are cancelled, once, anywhere

# What is to come out: {{verdict: holds}}, or {{verdict: violated, property: deadlock}}.
expect: {{verdict: holds}}
)";

Exit make(const Arguments& arguments) {
    const std::string path = arguments.output.empty() ? arguments.name + ".yaml" : arguments.output;
    const std::string text = fmt::format(scenario, arguments.name);
    // A name that is no name of a scenario shows when it is read.
    const auto read = models::read_scenario(text, path);
    if (const auto* problem = std::get_if<models::Diagnostic>(&read);
        problem != nullptr || std::get<models::Scenario>(read).name != arguments.name) {
        return complain(fmt::format(
            "'{}' cannot be the name of a scenario; use letters, digits, - and _", arguments.name
        ));
    }
    std::error_code error;
    if (path != "-" && std::filesystem::exists(path, error)) {
        return complain(path + " is there already; choose another name, or another --output");
    }
    const std::string problem = write_file(path, text);
    if (!problem.empty()) {
        return complain(problem);
    }
    if (path != "-") {
        fmt::print("wrote {0}; run it with\n  {1} check {0}\n", path, program_name());
    }
    return Exit::as_expected;
}

}  // namespace

void add_new(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command =
        app.add_subcommand("new", "Write a scenario with comments, to start from");
    command->add_option("name", arguments->name, "What it is called")->required();
    command->add_option(
        "--output,-o", arguments->output, "Where to, instead of NAME.yaml; - is standard output"
    );
    command->callback([arguments, &exit] { exit = make(*arguments); });
}

}  // namespace interlock::ci
