#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/conformance/compare.hpp"

#include <exception>
#include <fmt/format.h>
#include <fstream>
#include <memory>

namespace interlock::ci {

namespace {

constexpr std::size_t cases_shown_max = 10;
constexpr std::size_t differences_shown_max = 5;

struct Arguments {
    std::vector<std::string> files;
    std::string revision;
    std::string only;
    JsonOutput json;
};

// Throws std::exception with what is wrong with the file.
Json read(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        throw std::runtime_error("cannot be read; check the path");
    }
    return Json::parse(stream);
}

struct Tally {
    std::size_t passed = 0;
    std::size_t failed = 0;
    Json failures = Json::array();
};

void run_case(const GoldenCase& golden, bool prints, Tally& tally) {
    const auto lines = differences(replay(golden), golden.expected);
    if (lines.empty()) {
        ++tally.passed;
        return;
    }
    ++tally.failed;
    tally.failures.push_back({{"case", golden.id}, {"differences", lines}});
    if (!prints || tally.failed > cases_shown_max) {
        return;
    }
    fmt::print("FAIL  {}\n", golden.id);
    for (std::size_t i = 0; i < lines.size() && i < differences_shown_max; ++i) {
        fmt::print("      {}\n", lines[i]);
    }
    if (lines.size() > differences_shown_max) {
        fmt::print("      … {} more differences\n", lines.size() - differences_shown_max);
    }
}

Exit conform(const Arguments& arguments) {
    const models::Revision* const revision = models::revision_named(arguments.revision);
    if (revision == nullptr || arguments.revision == "interlock") {
        return complain(fmt::format(
            "--revision: '{}' is not a revision of the reference; use limit, split, guarded, "
            "merged or head",
            arguments.revision
        ));
    }
    Tally tally;
    for (const std::string& file : arguments.files) {
        try {
            const Json traces = read(file);
            for (const GoldenCase& golden : golden_cases(traces, *revision)) {
                if (arguments.only.empty() || golden.id == arguments.only) {
                    run_case(golden, !arguments.json.replaces_text(), tally);
                }
            }
        } catch (const std::exception& error) {
            return complain(fmt::format("{}: {}", file, error.what()));
        }
    }
    if (tally.passed + tally.failed == 0) {
        return complain("there is no such case; nothing was compared");
    }
    if (!arguments.json.replaces_text()) {
        if (tally.failed > cases_shown_max) {
            fmt::print("… {} more cases fail (--json has all)\n", tally.failed - cases_shown_max);
        }
        fmt::print("{} passed, {} failed\n", tally.passed, tally.failed);
    }
    const Json json{
        {"revision", arguments.revision},
        {"passed", tally.passed},
        {"failed", tally.failed},
        {"failures", tally.failures},
    };
    if (!arguments.json.write(json.dump(2) + "\n")) {
        return Exit::broken_or_bad_input;
    }
    return tally.failed == 0 ? Exit::as_expected : Exit::not_as_expected;
}

}  // namespace

void add_conformance(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "conformance",
        "Replay golden traces of the real decorator on a revision, in the order of its event loop, "
        "and compare calls, events, end state, leaks, deadlocks and messages"
    );
    command->add_option("files", arguments->files, "Golden traces (JSON)")->required();
    command
        ->add_option(
            "--revision",
            arguments->revision,
            "The revision to compare with: limit, split, guarded, merged or head"
        )
        ->required();
    command->add_option("--case", arguments->only, "Only the case of this id");
    arguments->json.add_to(*command);
    command->footer("Exit codes: 0 all cases pass, 1 some do not, 3 bad input.");
    command->callback([arguments, &exit] { exit = conform(*arguments); });
}

}  // namespace interlock::ci
