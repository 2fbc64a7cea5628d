// The interlock command.
#include "ci/command/commands.hpp"
#include "ci/fleet/fleet.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fmt/format.h>

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
    add_conformance(app, exit);
    add_history(app, exit);
    add_import(app, exit);
    add_merge(app, exit);
    add_list(app, exit);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);  // prints help, or what is wrong
        return code == 0 ? 0 : static_cast<int>(Exit::broken_or_bad_input);
    }
    return static_cast<int>(exit.value_or(Exit::broken_or_bad_input));
}

}  // namespace

int main(int argc, char** argv) {
    int code = static_cast<int>(interlock::ci::Exit::broken_or_bad_input);
    try {
        code = run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "interlock: %s\n", error.what());
    }
    if (std::fflush(stdout) != 0) {
        std::fprintf(stderr, "interlock: cannot write the output: is the disk full?\n");
        code = static_cast<int>(interlock::ci::Exit::broken_or_bad_input);
    }
    // Without destructors: a task that could not be unwound would be waited for without end.
    std::_Exit(code);
}
