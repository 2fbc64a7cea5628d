// Options and outputs that several subcommands share.
#pragma once

#include "ci/command/session.hpp"
#include "ci/report/formats.hpp"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace interlock::ci {

// --strategy, --stop, --time, --seed, --budget-executions, --budget-seconds, --revision.
void add_overrides(CLI::App& command, Overrides& overrides);

// --json[=PATH].
class JsonOutput {
  public:
    void add_to(CLI::App& command);

    [[nodiscard]] bool replaces_text() const { return path_ == "-"; }

    // Writes `json` to where it was asked for, if it was. False, with a line on standard error, if
    // the file cannot be written.
    [[nodiscard]] bool write(const std::string& json) const;

  private:
    std::string path_;  // "-": standard output instead of text
};

// --report FORMAT=PATH, any number of times.
class ReportOutput {
  public:
    void add_to(CLI::App& command);

    // Whether one of them is to be on standard output, which is then all that is there.
    [[nodiscard]] bool replaces_text() const;

    // Writes them all. False, with a line on standard error for each, if some cannot be written.
    [[nodiscard]] bool write(const RunReport& run) const;

  private:
    struct Wanted {
        const Format* format = nullptr;
        std::string path;
    };
    std::vector<Wanted> wanted_;
};

// Prints on standard error: "interlock: problem".
Exit complain(const std::string& problem);

}  // namespace interlock::ci
