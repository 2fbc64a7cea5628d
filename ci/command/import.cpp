// Reads a Python code base with Python's own parser, in a process of its own: the scripts are
// ci/import.
#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace interlock::ci {

namespace {

struct Arguments {
    std::string source;
    std::string path;
    std::string output = "interlock-import";
    bool with_pairs = false;
};

// Beside this program, in the build tree as in a prefix. Throws if the system does not say where
// this program is.
std::filesystem::path script() {
    const auto program = std::filesystem::read_symlink("/proc/self/exe");
    return (program.parent_path() / INTERLOCK_IMPORT / "supervisor.py").lexically_normal();
}

std::string message_of(int error) {
    return std::generic_category().message(error);
}

// Runs `words` to its end with our standard streams.
Exit run(std::vector<std::string> words) {
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    std::fflush(stdout);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ);
    if (failed != 0) {
        return complain(fmt::format(
            "{} reads the code and cannot be started ({}): install Python 3.10 or newer",
            words.front(),
            message_of(failed)
        ));
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return complain(fmt::format("{} was lost: {}", words.front(), message_of(errno)));
        }
    }
    const bool is_done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return is_done ? Exit::as_expected : Exit::broken_or_bad_input;
}

Exit import_code(const Arguments& arguments) {
    std::vector<std::string> words{
        "python3", "-B", script().string(), "--output=" + arguments.output};
    if (arguments.source == "graph") {
        words.emplace_back("--graph");
    }
    if (arguments.with_pairs) {
        words.emplace_back("--pairs");
    }
    words.emplace_back("--");
    words.push_back(arguments.path);
    return run(std::move(words));
}

}  // namespace

void add_import(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "import", "Make a job graph and scenarios from the code that uses job decorators"
    );
    command
        ->add_option(
            "source",
            arguments->source,
            "supervisor: a checkout of Home Assistant Supervisor; graph: a job graph"
        )
        ->required()
        ->check(CLI::IsMember({"supervisor", "graph"}));
    command->add_option("path", arguments->path, "The checkout, or the graph's file")->required();
    command->add_option("--output", arguments->output, "The directory to write to")
        ->capture_default_str();
    command->add_flag(
        "--pairs", arguments->with_pairs, "A scenario for every two jobs that share a lock"
    );
    command->callback([arguments, &exit] { exit = import_code(*arguments); });
}

}  // namespace interlock::ci
