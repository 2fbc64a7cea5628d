#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/conformance/compare.hpp"
#include "ci/conformance/explored.hpp"

#include <chrono>
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
    models::Strategy strategy = models::Strategy::fifo;
    models::Budget budget = {.executions = 1'000'000, .seconds = 1e9};
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

// What became of the cases.
class Conformance {
  public:
    explicit Conformance(const Arguments& arguments) : arguments_(arguments) {}

    void run(const GoldenCase& golden) {
        if (!arguments_.only.empty() && golden.id != arguments_.only) {
            return;
        }
        if (arguments_.strategy == models::Strategy::fifo) {
            conclude(golden.id, differences(replay(golden), golden.expected));
        } else {
            explore(golden);
        }
    }

    [[nodiscard]] bool is_empty() const { return passed_ + failed_ + gave_up_.size() == 0; }

    void print() const {
        if (failed_ > cases_shown_max) {
            fmt::print("… {} more cases fail (--json has all)\n", failed_ - cases_shown_max);
        }
        fmt::print("{} passed, {} failed", passed_, failed_);
        if (arguments_.strategy != models::Strategy::fifo) {
            fmt::print(", {} gave up, in {} executions", gave_up_.size(), executions_);
        }
        fmt::print("\n");
    }

    [[nodiscard]] Json json() const {
        Json json{
            {"revision", arguments_.revision},
            {"strategy", name_of(arguments_.strategy)},
            {"passed", passed_},
            {"failed", failed_},
            {"failures", failures_},
        };
        if (arguments_.strategy != models::Strategy::fifo) {
            json["gave_up"] = gave_up_;
            json["executions"] = executions_;
        }
        return json;
    }

    [[nodiscard]] Exit exit() const {
        if (failed_ > 0) {
            return Exit::not_as_expected;
        }
        return gave_up_.empty() ? Exit::as_expected : Exit::gave_up;
    }

  private:
    using SteadyTime = std::chrono::steady_clock;

    // The budget of seconds is for all cases together, that of executions for each.
    void explore(const GoldenCase& golden) {
        models::CheckOptions options;
        options.strategy = arguments_.strategy;
        options.budget = arguments_.budget;
        options.budget.seconds -=
            std::chrono::duration<double>(SteadyTime::now() - started_).count();
        if (options.budget.seconds <= 0) {
            gave_up_.push_back(golden.id);
            return;
        }
        const Sought sought = seek(golden, options);
        executions_ += sought.executions;
        if (sought.gave_up) {
            gave_up_.push_back(golden.id);
            return;
        }
        conclude(
            golden.id,
            sought.is_found ? std::vector<std::string>() : std::vector<std::string>{sought.why}
        );
    }

    void conclude(const std::string& id, const std::vector<std::string>& lines) {
        if (lines.empty()) {
            ++passed_;
            return;
        }
        ++failed_;
        failures_.push_back({{"case", id}, {"differences", lines}});
        if (arguments_.json.replaces_text() || failed_ > cases_shown_max) {
            return;
        }
        fmt::print("FAIL  {}\n", id);
        for (std::size_t i = 0; i < lines.size() && i < differences_shown_max; ++i) {
            fmt::print("      {}\n", lines[i]);
        }
        if (lines.size() > differences_shown_max) {
            fmt::print("      … {} more differences\n", lines.size() - differences_shown_max);
        }
    }

    const Arguments& arguments_;
    SteadyTime::time_point started_ = SteadyTime::now();
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
    std::vector<std::string> gave_up_;
    std::uint64_t executions_ = 0;
    Json failures_ = Json::array();
};

Exit conform(const Arguments& arguments) {
    const models::Revision* const revision = models::revision_named(arguments.revision);
    if (revision == nullptr || arguments.revision == "interlock") {
        return complain(fmt::format(
            "--revision: '{}' is not a revision of the reference; use limit, split, guarded, "
            "merged or head",
            arguments.revision
        ));
    }
    Conformance conformance(arguments);
    for (const std::string& file : arguments.files) {
        try {
            const Json traces = read(file);
            for (const GoldenCase& golden : golden_cases(traces, *revision)) {
                conformance.run(golden);
            }
        } catch (const std::exception& error) {
            return complain(fmt::format("{}: {}", file, error.what()));
        }
    }
    if (conformance.is_empty()) {
        return complain("there is no such case; nothing was compared");
    }
    if (!arguments.json.replaces_text()) {
        conformance.print();
    }
    if (!arguments.json.write(conformance.json().dump(2) + "\n")) {
        return Exit::broken_or_bad_input;
    }
    return conformance.exit();
}

}  // namespace

void add_conformance(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "conformance",
        "Replay golden traces of the real decorator on a revision, in the order of its event loop, "
        "and compare calls, events, end state, leaks, deadlocks and messages; or look for what "
        "they came to among all that an exploration finds"
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
    command->add_option_function<std::string>(
        "--strategy",
        [arguments](const std::string& name) {
            const auto strategy = models::strategy_named(name);
            if (strategy != models::Strategy::fifo && strategy != models::Strategy::optimal &&
                strategy != models::Strategy::exhaustive) {
                throw CLI::ValidationError(
                    "--strategy",
                    "'" + name + "' explores no golden cases; use fifo, optimal or exhaustive"
                );
            }
            arguments->strategy = *strategy;
        },
        "fifo: replay, and compare everything; optimal or exhaustive: explore each case until an "
        "execution comes to the recorded outcome"
    );
    command->add_option(
        "--budget-executions", arguments->budget.executions, "Give a case up after so many"
    );
    command->add_option("--budget-seconds", arguments->budget.seconds, "For all cases together")
        ->check(CLI::NonNegativeNumber);
    arguments->json.add_to(*command);
    command->footer(
        "Exit codes: 0 all cases pass, 1 some do not, 2 some were given up, 3 bad input."
    );
    command->callback([arguments, &exit] { exit = conform(*arguments); });
}

}  // namespace interlock::ci
