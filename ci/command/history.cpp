#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/report/text.hpp"
#include "ci/report/words.hpp"
#include "models/revisions/revision.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

namespace interlock::ci {

namespace {

constexpr std::array<std::string_view, 5> walk{"limit", "split", "guarded", "merged", "head"};

struct Arguments {
    std::vector<std::string> files;
    JsonOutput json;
};

// What became of one scenario on one revision.
struct Cell {
    std::string problem;             // why it cannot be written there; empty if it can
    std::optional<Checked> checked;  // unset: it cannot

    [[nodiscard]] std::set<models::Property> violated() const {
        std::set<models::Property> properties;
        if (checked) {
            for (const models::Violation& violation : checked->result.violations) {
                properties.insert(violation.finding.property);
            }
        }
        return properties;
    }

    [[nodiscard]] std::string text() const {
        if (!checked) {
            return "-";
        }
        if (checked->result.verdict == models::Verdict::gave_up) {
            return "gave up";
        }
        std::string text;
        for (const models::Property property : violated()) {
            text += (text.empty() ? "" : ", ") + std::string(name_of(property));
        }
        return text.empty() ? "holds" : text;
    }
};

struct Row {
    std::string name;
    std::array<Cell, walk.size()> cells;
};

// A property of a scenario that a revision breaks or mends.
struct Change {
    const Row* row = nullptr;
    std::size_t revision = 0;
    models::Property property{};
    bool is_broken = false;
};

std::variant<Row, std::string> run_row(const std::string& file) {
    Row row;
    Overrides overrides;
    overrides.stop = models::Stop::never;  // the simplest schedule of each property
    bool is_possible = false;
    for (std::size_t i = 0; i < walk.size(); ++i) {
        overrides.revision = std::string(walk.at(i));
        auto loaded = load(file, overrides);
        Cell& cell = row.cells.at(i);
        if (auto* problem = std::get_if<std::string>(&loaded)) {
            cell.problem = std::move(*problem);
            continue;
        }
        auto ran = run(std::get<Loaded>(std::move(loaded)), overrides);
        if (auto* problem = std::get_if<std::string>(&ran)) {
            return std::move(*problem);
        }
        cell.checked = std::get<Checked>(std::move(ran));
        row.name = cell.checked->loaded.program.name;
        is_possible = true;
    }
    if (!is_possible) {
        return row.cells.front().problem;
    }
    return row;
}

std::vector<Change> changes_of(const Row& row) {
    std::vector<Change> changes;
    std::set<models::Property> before;
    for (std::size_t i = 0; i < walk.size(); ++i) {
        if (!row.cells.at(i).checked) {
            continue;  // what could not be written cannot have been broken or mended
        }
        const std::set<models::Property> now = row.cells.at(i).violated();
        for (const models::Property property : now) {
            if (!before.contains(property)) {
                changes.push_back({&row, i, property, true});
            }
        }
        for (const models::Property property : before) {
            if (!now.contains(property)) {
                changes.push_back({&row, i, property, false});
            }
        }
        before = now;
    }
    return changes;
}

const models::Violation& violation_of(const Change& change) {
    const auto& violations = change.row->cells.at(change.revision).checked->result.violations;
    return *std::find_if(violations.begin(), violations.end(), [&](const auto& violation) {
        return violation.finding.property == change.property;
    });
}

void print_table(const std::vector<Row>& rows) {
    std::array<std::size_t, walk.size() + 1> widths{};
    for (std::size_t i = 0; i < walk.size(); ++i) {
        widths.at(i + 1) = walk.at(i).size();
    }
    for (const Row& row : rows) {
        widths[0] = std::max(widths[0], row.name.size());
        for (std::size_t i = 0; i < walk.size(); ++i) {
            widths.at(i + 1) = std::max(widths.at(i + 1), row.cells.at(i).text().size());
        }
    }
    fmt::print("{:<{}}", "", widths[0]);
    for (std::size_t i = 0; i < walk.size(); ++i) {
        fmt::print("  {:<{}}", walk.at(i), widths.at(i + 1));
    }
    fmt::print("\n");
    for (const Row& row : rows) {
        fmt::print("{:<{}}", row.name, widths[0]);
        for (std::size_t i = 0; i < walk.size(); ++i) {
            fmt::print("  {:<{}}", row.cells.at(i).text(), widths.at(i + 1));
        }
        fmt::print("\n");
    }
    fmt::print("\n-: the revision does not know such a policy, or refuses it.\n");
}

void print_changes(const std::vector<Change>& changes) {
    for (std::size_t i = 0; i < walk.size(); ++i) {
        std::string text;
        for (const Change& change : changes) {
            if (change.revision != i) {
                continue;
            }
            if (!change.is_broken) {
                text += fmt::format("  mends {}: {}\n", change.row->name, name_of(change.property));
                continue;
            }
            const Checked& checked = *change.row->cells.at(i).checked;
            const models::Violation& violation = violation_of(change);
            text += fmt::format(
                "  {} {}: {}\n    {}\n    see it: {}\n",
                i == 0 ? "has" : "breaks",
                change.row->name,
                name_of(change.property),
                message_of({checked.loaded.program, checked.loaded.scenario.file}, violation),
                replay_command(checked.loaded, violation.trace)
            );
        }
        if (!text.empty()) {
            fmt::print(
                "\n{} ({})\n{}", walk.at(i), models::revision_named(walk.at(i))->about, text
            );
        }
    }
}

std::string json_text(const std::vector<Row>& rows, const std::vector<Change>& changes) {
    nlohmann::ordered_json json{
        {"scenarios", nlohmann::ordered_json::array()},
        {"changes", nlohmann::ordered_json::array()}};
    for (const Row& row : rows) {
        nlohmann::ordered_json one{{"scenario", row.name}};
        for (std::size_t i = 0; i < walk.size(); ++i) {
            one[std::string(walk.at(i))] = row.cells.at(i).text();
        }
        json["scenarios"].push_back(std::move(one));
    }
    for (const Change& change : changes) {
        nlohmann::ordered_json one{
            {"revision", walk.at(change.revision)},
            {"scenario", change.row->name},
            {"property", name_of(change.property)},
            {"change", change.is_broken ? "breaks" : "mends"},
        };
        if (change.is_broken) {
            const Checked& checked = *change.row->cells.at(change.revision).checked;
            one["replay"] = replay_command(checked.loaded, violation_of(change).trace);
        }
        json["changes"].push_back(std::move(one));
    }
    return json.dump(2) + "\n";
}

Exit history(const Arguments& arguments) {
    std::vector<std::string> files = arguments.files;
    if (files.empty()) {
        files = scenario_files(scenarios_directory().parent_path() / "history");
    }
    std::vector<Row> rows;
    bool gave_up = false;
    for (const std::string& file : files) {
        auto ran = run_row(file);
        if (const auto* problem = std::get_if<std::string>(&ran)) {
            return complain(*problem);
        }
        rows.push_back(std::get<Row>(std::move(ran)));
        for (const Cell& cell : rows.back().cells) {
            gave_up = gave_up || (cell.checked && !cell.checked->result.is_complete);
        }
    }
    std::vector<Change> changes;
    for (const Row& row : rows) {
        const auto more = changes_of(row);
        changes.insert(changes.end(), more.begin(), more.end());
    }
    if (!arguments.json.replaces_text()) {
        print_table(rows);
        print_changes(changes);
    }
    if (!arguments.json.write(json_text(rows, changes))) {
        return Exit::broken_or_bad_input;
    }
    return gave_up ? Exit::gave_up : Exit::as_expected;
}

}  // namespace

void add_history(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "history",
        "Walk scenarios through the reference's revisions: which broke what, which mended what, "
        "with a schedule for each"
    );
    command->add_option(
        "files", arguments->files, "Scenarios (YAML); without any, those that ship for this"
    );
    arguments->json.add_to(*command);
    command->footer("Exit codes: 0 the walk is complete, 2 some of it gave up, 3 bad input.");
    command->callback([arguments, &exit] { exit = history(*arguments); });
}

}  // namespace interlock::ci
