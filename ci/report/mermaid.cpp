// A Mermaid sequence diagram: tasks and locks are participants, steps the messages between them.
#include "ci/report/diagrams.hpp"
#include "ci/report/formats.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace interlock::ci {

namespace {

// Texts of messages may hold anything but the end of a line and what Mermaid takes for its own.
std::string plain(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        switch (c) {
            case '#':
                plain += "#35;";
                break;
            case ';':
                plain += "#59;";
                break;
            case '<':
                plain += "#lt;";
                break;
            case '>':
                plain += "#gt;";
                break;
            default:
                plain += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
        }
    }
    return plain;
}

// How an event is drawn that is about a lock; empty: it is a note.
std::string_view arrow_of(const Event& event) {
    if (event.lock.empty()) {
        return {};
    }
    for (const std::string_view asks : {"admitted", "held", "wants", "queued"}) {
        if (event.kind == asks) {
            return "->>";
        }
    }
    for (const std::string_view leaves : {"released", "unheld"}) {
        if (event.kind == leaves) {
            return "-->>";
        }
    }
    return event.kind == "rejected" || event.kind == "leaked" || event.kind == "would_deadlock"
               ? "-x"
               : std::string_view();
}

}  // namespace

std::string mermaid_of(const Story& story) {
    std::string text = "sequenceDiagram\n";
    for (std::size_t i = 0; i < story.tasks.size(); ++i) {
        text += fmt::format("    participant t{} as {}\n", i, plain(story.tasks[i]));
    }
    for (std::size_t i = 0; i < story.locks.size(); ++i) {
        text += fmt::format("    participant l{} as {}\n", i, plain(story.locks[i]));
    }
    for (const Moment& moment : story.moments) {
        for (const Event& event : moment.events) {
            if (event.phrase.empty()) {
                continue;
            }
            const auto lock = std::find(story.locks.begin(), story.locks.end(), event.lock);
            const std::string_view arrow = arrow_of(event);
            if (arrow.empty() || lock == story.locks.end()) {
                text += fmt::format(
                    "    Note over t{}: {}. {}\n", event.task, moment.step, plain(event.phrase)
                );
            } else {
                text += fmt::format(
                    "    t{}{}l{}: {}. {}\n",
                    event.task,
                    arrow,
                    lock - story.locks.begin(),
                    moment.step,
                    plain(event.phrase)
                );
            }
        }
    }
    if (!story.moments.empty()) {
        for (const Wait& wait : story.moments.back().waits) {
            text += fmt::format(
                "    Note over t{}: waits for {}{}\n",
                wait.task,
                plain(wait.what),
                wait.is_in_cycle ? " (in a circle)" : ""
            );
        }
    }
    return text;
}

std::string mermaid_report(const RunReport& run) {
    const Told told = told_first(run);
    if (told.story == nullptr) {
        return "sequenceDiagram\n    Note over interlock: there is no execution to show\n";
    }
    return fmt::format(
        "---\ntitle: {}\n---\n{}", in_double_quotes(told.title), mermaid_of(*told.story)
    );
}

}  // namespace interlock::ci
