// From a scenario file to a judged result: what all commands share.
#pragma once

#include "ci/baseline/witnesses.hpp"
#include "models/scenario/program.hpp"
#include "models/scenario/scenario.hpp"
#include "models/search.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace interlock::ci {

// The exit codes of every command.
enum class Exit : std::uint8_t {
    as_expected = 0,
    not_as_expected = 1,
    gave_up = 2,  // the search did not finish, and nothing was found
    broken_or_bad_input = 3,
};

// What the command line says instead of the file.
struct Overrides {
    std::optional<models::Strategy> strategy;
    std::optional<models::Discipline> discipline;
    std::optional<models::Stop> stop;
    std::optional<models::TimeMode> time;
    std::optional<std::uint64_t> seed;
    std::optional<std::uint32_t> bound;
    std::optional<std::uint32_t> depth;
    std::optional<std::uint64_t> executions;
    std::optional<double> seconds;
    std::optional<std::uint64_t> memory_mb;
    std::optional<std::uint32_t> threads;
    bool is_in_portions = false;  // a shard, or with checkpoints
    bool is_shard = false;
    std::optional<std::string> revision;
    std::optional<std::uint32_t> raises;
    std::optional<std::uint32_t> cancellations;
    std::optional<std::string> failures;  // directory
};

// A scenario that can be run.
struct Loaded {
    models::Scenario scenario;
    models::Program program;
};

// What is left of a scenario when everything is out that its violation does not need.
struct Smallest {
    Loaded loaded;
    models::Violation violation;
    std::uint64_t tried = 0;  // scenarios
    bool is_minimal = false;  // none of its reductions violates the property
};

// A scenario that was run.
struct Checked {
    Loaded loaded;
    models::Result result;
    std::optional<Smallest> smallest;          // if it was asked for, and is smaller
    std::vector<std::string> never_exercised;  // of a search that found nothing
    Witnesses witnesses;                       // of each outcome
    models::CheckOptions options;
    models::Strategy strategy = models::Strategy::exhaustive;
    bool is_expected = false;

    [[nodiscard]] Exit exit() const noexcept;
};

// Whether `result` is what the file expects.
bool is_as_expected(const models::ExpectSpec& expect, const models::Result& result);

// Reads and compiles `file`; a problem is one line, ready to print.
std::variant<Loaded, std::string> load(const std::string& file, const Overrides& overrides);

// Runs it with all properties watched. Shows progress on a terminal when it takes longer than a
// second; Ctrl-C ends it with the result so far.
Checked run(Loaded loaded, models::CheckOptions options, const models::Portion& portion = {});
// The same with the options of the file and of the command line, after the schedules that failed
// before; a problem with those options is one line.
std::variant<Checked, std::string> run(Loaded loaded, const Overrides& overrides);

// The options that the file and the command line ask for; a problem is one line.
std::variant<models::CheckOptions, std::string> options_of(
    const Loaded& loaded, const Overrides& overrides
);

// How this program was called, so that the commands it prints can be pasted: argv[0].
std::string& program_name();

// The directory of the shipped scenarios: `models/scenarios` at or above the working directory,
// else where they were when this program was built.
std::filesystem::path scenarios_directory();

// The scenario files of a directory, sorted; or the file itself.
std::vector<std::string> scenario_files(const std::filesystem::path& path);

// Those of all `paths`; of the shipped scenarios if there is no path.
std::vector<std::string> files_of(const std::vector<std::string>& paths);

// How many scenarios to run at once if nobody says: as many as there are processors.
std::size_t default_jobs() noexcept;

}  // namespace interlock::ci
