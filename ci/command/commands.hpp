// The subcommands. Each adds itself to the command line and, when it was given, leaves its exit
// code in `exit`.
#pragma once

#include "ci/command/session.hpp"

#include <optional>

// NOLINTNEXTLINE(readability-identifier-naming): the library's own.
namespace CLI {
class App;
}

namespace interlock::ci {

void add_gate(CLI::App& app, std::optional<Exit>& exit);
void add_check(CLI::App& app, std::optional<Exit>& exit);
void add_conformance(CLI::App& app, std::optional<Exit>& exit);
void add_reproduce(CLI::App& app, std::optional<Exit>& exit);
void add_replay(CLI::App& app, std::optional<Exit>& exit);
void add_history(CLI::App& app, std::optional<Exit>& exit);
void add_import(CLI::App& app, std::optional<Exit>& exit);
void add_merge(CLI::App& app, std::optional<Exit>& exit);
void add_snapshot(CLI::App& app, std::optional<Exit>& exit);
void add_diff(CLI::App& app, std::optional<Exit>& exit);
void add_matrix(CLI::App& app, std::optional<Exit>& exit);
void add_list(CLI::App& app, std::optional<Exit>& exit);
void add_new(CLI::App& app, std::optional<Exit>& exit);
void add_explain(CLI::App& app, std::optional<Exit>& exit);
void add_surface(CLI::App& app, std::optional<Exit>& exit);

}  // namespace interlock::ci
