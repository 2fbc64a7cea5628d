#include "ci/matrix/matrix.hpp"

#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/report/dump.hpp"
#include "ci/report/file.hpp"
#include "models/revisions/revision.hpp"
#include "models/scenario/writer.hpp"

#include <fmt/format.h>
#include <map>
#include <memory>

namespace interlock::ci {

namespace {

enum class Form : std::uint8_t { text, markdown, json };

struct Arguments {
    std::string revision = "interlock";
    std::vector<FaultKind> faults;
    MatrixOptions options{.jobs = default_jobs()};
    Form form = Form::text;
    std::string scenario;
};

constexpr std::string_view markdown_head =
    "# Which policies are safe, and where\n\n"
    "Made by `interlock matrix --revision all --format markdown`: each of the 25 combinations of\n"
    "concurrency and throttle, in six nestings, under every interleaving; then with a body that\n"
    "raises, and with a task that is cancelled, once, anywhere. What is said after `raise:` or\n"
    "`cancel:` needs that fault.\n\n"
    "- **alone**: two tasks call the job.\n"
    "- **same_group**: it is called within a job of its group; **other_group**: of another group;\n"
    "  **self**: within itself; **via**: within a job without a policy that a job of its group "
    "calls;\n"
    "- **gather**: twice at once, by child tasks within a job of its group.\n"
    "- **holds**: no property is violated. **-**: the revision refuses such a policy, or cannot "
    "say\n"
    "  it.\n\n"
    "The scenario of a cell, to look into it:\n\n"
    "    interlock matrix --revision split --scenario group_queue-throttle-alone\n\n";

Json json_of(const Matrix& matrix) {
    Json rows = Json::array();
    for (std::size_t row = 0; row < matrix.rows.size(); ++row) {
        for (std::size_t shape = 0; shape < shapes; ++shape) {
            const Cell& cell = matrix.rows[row].at(shape);
            rows.push_back(
                {{"concurrency", name_of(combination_at(row).concurrency)},
                 {"throttle", name_of(combination_at(row).throttle)},
                 {"nesting", shape_names.at(shape)},
                 {"says", cell.text()},
                 {"holds", cell.holds()},
                 {"executions", cell.executions}}
            );
        }
    }
    return {{"revision", matrix.revision}, {"cells", std::move(rows)}};
}

// The scenario called `name`, as a file.
std::string yaml_named(const std::string& name, const std::string& revision) {
    for (std::size_t row = 0; row < combinations; ++row) {
        for (std::size_t shape = 0; shape < shapes; ++shape) {
            const auto scenario =
                scenario_of(combination_at(row), static_cast<Shape>(shape), revision);
            if (scenario && scenario->name == name) {
                return models::yaml_of(*scenario);
            }
        }
    }
    return {};
}

Exit matrix(const Arguments& arguments) {
    if (!arguments.scenario.empty()) {
        const std::string yaml = yaml_named(arguments.scenario, arguments.revision);
        if (yaml.empty()) {
            return complain(fmt::format(
                "--scenario: revision {} has no '{}'; write CONCURRENCY-THROTTLE-NESTING, as "
                "group_queue-throttle-alone",
                arguments.revision,
                arguments.scenario
            ));
        }
        const std::string problem = write_file("-", yaml);
        return problem.empty() ? Exit::as_expected : complain(problem);
    }
    MatrixOptions options = arguments.options;
    if (!arguments.faults.empty()) {
        options.faults = {arguments.faults.begin(), arguments.faults.end()};
    }
    std::string text(arguments.form == Form::markdown ? markdown_head : "");
    Json all = Json::array();
    bool is_complete = true;
    for (const models::Revision& revision : models::revisions()) {
        if (arguments.revision != "all" && revision.name != arguments.revision) {
            continue;
        }
        const Matrix explored = explore_matrix(revision.name, options);
        is_complete = is_complete && explored.is_complete();
        if (arguments.form == Form::json) {
            all.push_back(json_of(explored));
            continue;
        }
        const bool is_first = text.empty() || text == markdown_head;
        text += is_first ? "" : "\n";
        text += arguments.form == Form::text ? text_of(explored) : markdown_of(explored);
    }
    const std::string problem = write_file("-", arguments.form == Form::json ? dumped(all) : text);
    if (!problem.empty()) {
        return complain(problem);
    }
    return is_complete ? Exit::as_expected : Exit::gave_up;
}

}  // namespace

void add_matrix(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "matrix",
        "Explore all 25 policies in six nestings, with and without faults, and print which are safe"
    );
    std::vector<std::string> revisions{"all"};
    for (const models::Revision& revision : models::revisions()) {
        revisions.emplace_back(revision.name);
    }
    command->add_option("--revision", arguments->revision, "The job system, or all of them")
        ->check(CLI::IsMember(revisions));
    std::map<std::string, FaultKind> kinds;
    for (std::size_t i = 0; i < fault_names.size(); ++i) {
        kinds.emplace(fault_names.at(i), static_cast<FaultKind>(i));
    }
    command
        ->add_option(
            "--faults",
            arguments->faults,
            "Without any, a body that raises, a task that is cancelled"
        )
        ->transform(CLI::CheckedTransformer(kinds).description("none|raise|cancel"))
        ->delimiter(',');
    const std::map<std::string, Form> forms{
        {"text", Form::text}, {"markdown", Form::markdown}, {"json", Form::json}};
    command->add_option("--format", arguments->form, "How to print it")
        ->transform(CLI::CheckedTransformer(forms).description("text|markdown|json"));
    command->add_option(
        "--scenario",
        arguments->scenario,
        "Print the scenario of one cell instead: CONCURRENCY-THROTTLE-NESTING"
    );
    command->add_option("--jobs,-j", arguments->options.jobs, "So many cells at once")
        ->check(CLI::Range(1, 256));
    command->footer("Exit codes: 0 all is explored, 2 some of it gave up, 3 bad input.");
    command->callback([arguments, &exit] { exit = matrix(*arguments); });
}

}  // namespace interlock::ci
