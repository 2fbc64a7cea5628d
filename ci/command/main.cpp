// The interlock command.
#include "ci/command/commands.hpp"
#include "ci/command/mistake.hpp"
#include "ci/command/options.hpp"
#include "ci/fleet/fleet.hpp"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <span>
#include <system_error>

namespace {

int run(int argc, char** argv) {
    using namespace interlock::ci;
    program_name() = *argv;
    CLI::App app(
        "Runs job concurrency policies under every interleaving and says what can go wrong.",
        "interlock"
    );
    app.footer(
        "Start with:\n"
        "  interlock reproduce                        the failures that ship, and\n"
        "  interlock reproduce group-queue-throttle   one of them, step by step\n"
        "  interlock check FILE                       a scenario of your own\n"
        "  interlock gate                             all that ship\n\n"
        "Exit codes: 0 as expected, 1 not as expected, 2 gave up, 3 broken or bad input."
    );
    std::string const mpi = mpi_library();
    app.set_version_flag(
        "--version", "interlock " INTERLOCK_VERSION + (mpi.empty() ? " without MPI" : ", " + mpi)
    );
    app.require_subcommand(1);
    std::optional<Exit> exit;
    add_gate(app, exit);
    add_check(app, exit);
    add_reproduce(app, exit);
    add_replay(app, exit);
    add_snapshot(app, exit);
    add_diff(app, exit);
    add_matrix(app, exit);
    add_conformance(app, exit);
    add_history(app, exit);
    add_import(app, exit);
    add_merge(app, exit);
    add_list(app, exit);
    add_new(app, exit);
    add_explain(app, exit);
    add_surface(app, exit);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const std::span words(argv, static_cast<std::size_t>(argc));
        const std::string mistake = error.get_exit_code() == 0 ? "" : mistake_in(app, words);
        if (!mistake.empty()) {
            return static_cast<int>(complain(mistake));
        }
        const int code = app.exit(error);  // prints help, or what is wrong
        return code == 0 ? 0 : static_cast<int>(Exit::broken_or_bad_input);
    }
    return static_cast<int>(exit.value_or(Exit::broken_or_bad_input));
}

}  // namespace

int main(int argc, char** argv) {
    int code = static_cast<int>(interlock::ci::Exit::broken_or_bad_input);
    // A reader that went away is reported as a full disk is.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        code = run(argc, argv);
    } catch (const std::system_error& error) {
        std::fprintf(
            stderr, "interlock: cannot write the output: %s\n", error.code().message().c_str()
        );
    } catch (const std::exception& error) {
        std::fprintf(stderr, "interlock: %s\n", error.what());
    }
    if (std::fflush(stdout) != 0) {
        std::fprintf(
            stderr,
            "interlock: cannot write the output: %s\n",
            std::generic_category().message(errno).c_str()
        );
        code = static_cast<int>(interlock::ci::Exit::broken_or_bad_input);
    }
    // Without destructors: a task that could not be unwound would be waited for without end.
    std::_Exit(code);
}
