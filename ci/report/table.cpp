#include "ci/report/table.hpp"

#include "properties/history.hpp"
#include "properties/invariant.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <map>

namespace interlock::ci {

using models::EventKind;
using models::Trace;
using models::TraceEvent;

namespace {

using Row = std::vector<std::vector<std::string>>;  // of each column, its lines

constexpr std::size_t gap = 2;

std::string names_of(
    const Context& context,
    const properties::History& history,
    const std::vector<std::uint32_t>& calls,
    bool are_tasks
) {
    std::string text;
    for (std::uint32_t const call : calls) {
        text += text.empty() ? "" : ", ";
        text += are_tasks ? context.program.tasks[call - 1].name
                          : context.program.sites[history.call(call).site].label;
    }
    return text;
}

// The locks that some event of the trace is about.
std::vector<std::uint16_t> locks_in(const Trace& trace) {
    std::vector<std::uint16_t> locks;
    for (const TraceEvent& event : trace.events) {
        if (event.lock != models::no_lock) {
            locks.push_back(event.lock);
        }
    }
    std::sort(locks.begin(), locks.end());
    locks.erase(std::unique(locks.begin(), locks.end()), locks.end());
    return locks;
}

// Index of the last thing that a call did.
std::size_t last_event_of(const Trace& trace, std::uint32_t call) {
    std::size_t last = 0;
    for (std::size_t i = 0; i < trace.events.size(); ++i) {
        const TraceEvent& event = trace.events[i];
        if (event.call == call && event.kind != EventKind::still_held &&
            event.kind != EventKind::still_queued) {
            last = i;
        }
    }
    return last;
}

class Table {
  public:
    Table(const Context& context, const Trace& trace)
        : context_(context), trace_(trace), locks_(locks_in(trace)), history_(context.program) {
        history_.reset();
        for (const TraceEvent& left : trace.events) {
            if (left.kind == EventKind::still_held && left.site != models::no_site &&
                properties::is_leaked(trace, left)) {
                last_of_leak_ = last_event_of(trace, left.call);
            }
        }
        Row titles{{"step"}};
        for (const auto& task : context.program.tasks) {
            titles.push_back({task.name});
        }
        for (std::uint16_t const lock : locks_) {
            titles.push_back({context.program.locks[lock].name});
        }
        rows_.push_back(std::move(titles));
    }

    std::string text() {
        for (std::size_t i = 0; i < trace_.events.size();) {
            i = add_step(i);
        }
        std::vector<std::size_t> widths(rows_.front().size());
        for (const Row& row : rows_) {
            for (std::size_t column = 0; column < row.size(); ++column) {
                for (const std::string& line : row[column]) {
                    widths[column] = std::max(widths[column], line.size());
                }
            }
        }
        std::string text;
        for (std::size_t row = 0; row < rows_.size(); ++row) {
            add_lines(text, rows_[row], widths);
            if (row == 0) {
                for (std::size_t const width : widths) {
                    text += std::string(width, '-') + std::string(gap, ' ');
                }
                trim(text);
            }
        }
        return text;
    }

  private:
    // Adds the step that begins with event `first`; returns the first event after it.
    std::size_t add_step(std::size_t first) {
        Row row(rows_.front().size());
        std::uint32_t const step = trace_.events[first].step;
        row[0].push_back(std::to_string(step));
        std::size_t i = first;
        for (; i < trace_.events.size() && trace_.events[i].step == step; ++i) {
            const TraceEvent& event = trace_.events[i];
            std::string phrase = phrase_of(context_, trace_, event);
            if (!phrase.empty()) {
                row[1U + event.task.value].push_back(std::move(phrase));
            }
            if (i == last_of_leak_) {
                row[1U + event.task.value].push_back(fmt::format(
                    "{} does NOT give the {} back",
                    context_.program.sites[event.site].label,
                    context_.program.locks[event.lock].name
                ));
            }
            history_.apply(event);
            note_waits(event);
        }
        for (std::size_t lock = 0; lock < locks_.size(); ++lock) {
            row[1 + context_.program.tasks.size() + lock] = state_of(locks_[lock]);
        }
        rows_.push_back(std::move(row));
        return i;
    }

    // The history knows who waits for the lock of a job or a group; for a mutex, tasks wait.
    void note_waits(const TraceEvent& event) {
        if (event.kind == EventKind::wants) {
            wanting_[event.lock].push_back(event.task.value + 1U);
        } else if (event.kind == EventKind::held) {
            std::erase(wanting_[event.lock], event.task.value + 1U);
        }
    }

    std::vector<std::string> state_of(std::uint16_t lock) {
        const properties::LockState& state = *history_.lock(lock);
        const bool is_mutex = context_.program.locks[lock].kind == models::ProgramLock::Kind::mutex;
        std::vector<std::string> lines;
        lines.push_back(
            state.holders.empty()
                ? "free"
                : "held by " + names_of(context_, history_, state.holders, is_mutex)
        );
        const auto& waiting = is_mutex ? wanting_[lock] : state.waiting;
        if (!waiting.empty()) {
            lines.push_back(names_of(context_, history_, waiting, is_mutex) + " waits");
        }
        return lines;
    }

    static void add_lines(
        std::string& text, const Row& row, const std::vector<std::size_t>& widths
    ) {
        std::size_t height = 1;
        for (const auto& cell : row) {
            height = std::max(height, cell.size());
        }
        for (std::size_t line = 0; line < height; ++line) {
            for (std::size_t column = 0; column < row.size(); ++column) {
                std::string const cell =
                    line < row[column].size() ? row[column][line] : std::string();
                text += column == 0 ? fmt::format("{:>{}}", cell, widths[column])
                                    : fmt::format("{:<{}}", cell, widths[column]);
                text += std::string(gap, ' ');
            }
            trim(text);
        }
    }

    static void trim(std::string& text) {
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    }

    const Context& context_;
    const Trace& trace_;
    std::vector<std::uint16_t> locks_;
    properties::History history_;
    std::map<std::uint16_t, std::vector<std::uint32_t>> wanting_;
    std::size_t last_of_leak_ = std::numeric_limits<std::size_t>::max();  // of the leaking call
    std::vector<Row> rows_;
};

}  // namespace

std::string table_of(const Context& context, const Trace& trace) {
    return Table(context, trace).text();
}

}  // namespace interlock::ci
