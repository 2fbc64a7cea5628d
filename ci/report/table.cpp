#include "ci/report/table.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace interlock::ci {

namespace {

using Row = std::vector<std::vector<std::string>>;  // of each column, its lines

constexpr std::size_t gap = 2;

std::vector<std::string> lines_of(const Lock& lock) {
    std::vector<std::string> lines;
    lines.push_back(
        lock.holders.empty() ? "free" : fmt::format("held by {}", fmt::join(lock.holders, ", "))
    );
    if (!lock.waiting.empty()) {
        lines.push_back(fmt::format("{} waits", fmt::join(lock.waiting, ", ")));
    }
    return lines;
}

Row row_of(const Story& story, const Moment& moment) {
    Row row(1 + story.tasks.size());
    row[0].push_back(std::to_string(moment.step));
    for (const Event& event : moment.events) {
        if (!event.phrase.empty()) {
            row[1 + event.task].push_back(event.phrase);
        }
    }
    for (const Lock& lock : moment.locks) {
        row.push_back(lines_of(lock));
    }
    return row;
}

void trim(std::string& text) {
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
}

void add_lines(std::string& text, const Row& row, const std::vector<std::size_t>& widths) {
    std::size_t height = 1;
    for (const auto& cell : row) {
        height = std::max(height, cell.size());
    }
    for (std::size_t line = 0; line < height; ++line) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            std::string const cell = line < row[column].size() ? row[column][line] : std::string();
            text += column == 0 ? fmt::format("{:>{}}", cell, widths[column])
                                : fmt::format("{:<{}}", cell, widths[column]);
            text += std::string(gap, ' ');
        }
        trim(text);
    }
}

}  // namespace

std::string table_of(const Story& story) {
    std::vector<Row> rows{{{"step"}}};
    for (const auto* names : {&story.tasks, &story.locks}) {
        for (const std::string& name : *names) {
            rows.front().push_back({name});
        }
    }
    for (const Moment& moment : story.moments) {
        rows.push_back(row_of(story, moment));
    }
    std::vector<std::size_t> widths(rows.front().size());
    for (const Row& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            for (const std::string& line : row[column]) {
                widths[column] = std::max(widths[column], line.size());
            }
        }
    }
    std::string text;
    for (const Row& row : rows) {
        add_lines(text, row, widths);
        if (&row == &rows.front()) {
            for (std::size_t const width : widths) {
                text += std::string(width, '-') + std::string(gap, ' ');
            }
            trim(text);
        }
    }
    return text;
}

}  // namespace interlock::ci
