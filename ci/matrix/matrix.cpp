#include "ci/matrix/matrix.hpp"

#include "models/check.hpp"
#include "models/revisions/revision.hpp"
#include "properties/monitors.hpp"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <thread>

namespace interlock::ci {

namespace {

models::Faults faults_of(FaultKind kind) {
    return {
        .raise = kind == FaultKind::raise ? 1U : 0U, .cancel = kind == FaultKind::cancel ? 1U : 0U};
}

Cell explore_cell(
    Combination combination, Shape shape, std::string_view revision, const MatrixOptions& options
) {
    Cell cell;
    const auto scenario = scenario_of(combination, shape, revision);
    if (!scenario) {
        return cell;
    }
    const auto compiled = models::compile(*scenario);
    if (!std::holds_alternative<models::Program>(compiled)) {
        return cell;  // the revision refuses the policy
    }
    cell.is_possible = true;
    const auto& program = std::get<models::Program>(compiled);
    std::set<models::Property> before;
    for (const FaultKind kind : options.faults) {
        models::ExploreSpec explore;
        explore.faults = faults_of(kind);
        models::CheckOptions check;
        // The strategy with the fewest executions that can do it.
        check.strategy = models::problem_of(explore).empty() ? models::Strategy::optimal
                                                             : models::Strategy::exhaustive;
        check.stop = models::Stop::never;
        check.faults = explore.faults;
        check.budget.executions = options.executions;
        properties::Monitors monitors(program);
        const models::Result result = models::check(program, monitors, check);
        cell.executions += result.executions;
        cell.is_complete = cell.is_complete && result.is_complete;
        for (const models::Violation& violation : result.violations) {
            if (before.insert(violation.finding.property).second) {
                cell.violated.at(static_cast<std::size_t>(kind)).insert(violation.finding.property);
            }
        }
    }
    return cell;
}

std::string names_of(const std::set<models::Property>& properties) {
    std::vector<std::string_view> names;
    names.reserve(properties.size());
    for (const models::Property property : properties) {
        names.push_back(name_of(property));
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

bool Cell::holds() const noexcept {
    return is_possible && is_complete &&
           std::all_of(violated.begin(), violated.end(), [](const auto& one) {
               return one.empty();
           });
}

std::string Cell::text() const {
    if (!is_possible) {
        return "-";
    }
    std::string text;
    for (std::size_t kind = 0; kind < violated.size(); ++kind) {
        if (!violated.at(kind).empty()) {
            text += text.empty() ? "" : "; ";
            text += kind == 0 ? "" : fmt::format("{}: ", fault_names.at(kind));
            text += names_of(violated.at(kind));
        }
    }
    if (!is_complete) {
        return text.empty() ? "gave up" : text + " (gave up)";
    }
    return text.empty() ? "holds" : text;
}

bool Matrix::is_complete() const noexcept {
    return std::all_of(rows.begin(), rows.end(), [](const auto& row) {
        return std::all_of(row.begin(), row.end(), [](const Cell& cell) {
            return cell.is_complete;
        });
    });
}

Combination combination_at(std::size_t row) noexcept {
    return {static_cast<Concurrency>(row / 5), static_cast<Throttle>(row % 5)};
}

Matrix explore_matrix(std::string_view revision, const MatrixOptions& options) {
    Matrix matrix;
    matrix.revision = revision;
    matrix.rows.resize(combinations);
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < combinations * shapes; i = next++) {
            const std::size_t row = i / shapes;
            const std::size_t shape = i % shapes;
            matrix.rows[row].at(shape) =
                explore_cell(combination_at(row), static_cast<Shape>(shape), revision, options);
        }
    };
    std::vector<std::thread> helpers;
    for (std::size_t i = 1; i < options.jobs; ++i) {
        helpers.emplace_back(work);
    }
    work();
    for (std::thread& helper : helpers) {
        helper.join();
    }
    return matrix;
}

namespace {

// The rows as texts, with the names of the policies in front.
std::vector<std::vector<std::string>> table_of(const Matrix& matrix) {
    std::vector<std::vector<std::string>> table{{"concurrency", "throttle"}};
    table.front().insert(table.front().end(), shape_names.begin(), shape_names.end());
    for (std::size_t row = 0; row < matrix.rows.size(); ++row) {
        const Combination combination = combination_at(row);
        std::vector<std::string> line{
            std::string(name_of(combination.concurrency)),
            std::string(name_of(combination.throttle))};
        for (const Cell& cell : matrix.rows[row]) {
            line.push_back(cell.text());
        }
        table.push_back(std::move(line));
    }
    return table;
}

}  // namespace

std::string text_of(const Matrix& matrix) {
    const auto table = table_of(matrix);
    std::vector<std::size_t> widths(table.front().size());
    for (const auto& line : table) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], line[i].size());
        }
    }
    std::string text =
        fmt::format("{} ({})\n\n", matrix.revision, models::revision_named(matrix.revision)->about);
    for (const auto& line : table) {
        std::string padded;
        for (std::size_t i = 0; i < line.size(); ++i) {
            padded += fmt::format("{:<{}}  ", line[i], widths[i]);
        }
        padded.erase(padded.find_last_not_of(' ') + 1);
        text += padded + "\n";
    }
    return text;
}

std::string markdown_of(const Matrix& matrix) {
    std::string text = fmt::format(
        "## {}\n\n{}.\n\n", matrix.revision, models::revision_named(matrix.revision)->about
    );
    const auto table = table_of(matrix);
    for (std::size_t i = 0; i < table.size(); ++i) {
        text += fmt::format("| {} |\n", fmt::join(table[i], " | "));
        if (i == 0) {
            for (std::size_t column = 0; column < table[i].size(); ++column) {
                text += "|---";
            }
            text += "|\n";
        }
    }
    return text;
}

}  // namespace interlock::ci
