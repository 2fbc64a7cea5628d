// The wait-for graph at the end of an execution, for Graphviz: tasks, and who waits for whom, with
// the circle in red.
#include "ci/report/diagrams.hpp"
#include "ci/report/formats.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace interlock::ci {

std::string dot_report(const RunReport& run) {
    const Told told = told_first(run);
    std::string text = "digraph waits {\n    rankdir=LR;\n    node [shape=box, style=rounded];\n";
    if (told.story == nullptr || told.story->moments.empty()) {
        return text + "    label=\"there is no execution to show\";\n}\n";
    }
    const auto& waits = told.story->moments.back().waits;
    text += fmt::format("    label={};\n    labelloc=t;\n", in_double_quotes(told.title));
    for (std::size_t i = 0; i < told.story->tasks.size(); ++i) {
        const bool is_in_cycle = std::any_of(waits.begin(), waits.end(), [&](const Wait& wait) {
            return wait.task == i && wait.is_in_cycle;
        });
        text += fmt::format(
            "    t{} [label={}{}];\n",
            i,
            in_double_quotes(told.story->tasks[i]),
            is_in_cycle ? ", color=red, fontcolor=red" : ""
        );
    }
    for (const Wait& wait : waits) {
        text += fmt::format(
            "    t{} -> t{} [label={}{}];\n",
            wait.task,
            wait.on,
            in_double_quotes(fmt::format("{} waits for {}, of {}", wait.who, wait.what, wait.whom)),
            wait.is_in_cycle ? ", color=red, fontcolor=red, penwidth=2" : ""
        );
    }
    return text + "}\n";
}

}  // namespace interlock::ci
