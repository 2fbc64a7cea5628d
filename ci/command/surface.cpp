// Commands that print what the command line itself is: completions, the man page, the reference.
#include "ci/surface/surface.hpp"

#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/report/file.hpp"

#include <map>
#include <memory>

namespace interlock::ci {

namespace {

using Printer = std::string (*)(const Surface& surface);

Exit print_page(const std::string& page) {
    const std::string problem = write_file("-", page);
    return problem.empty() ? Exit::as_expected : complain(problem);
}

}  // namespace

void add_surface(CLI::App& app, std::optional<Exit>& exit) {
    static const std::map<std::string, Printer> shells{
        {"bash", &bash_completion}, {"zsh", &zsh_completion}, {"fish", &fish_completion}};
    const auto shell = std::make_shared<std::string>();
    CLI::App* const completion =
        app.add_subcommand("completion", "Print what completes this command's words in a shell");
    completion->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish"}));
    completion->callback([shell, &app, &exit] {
        exit = print_page(shells.at(*shell)(surface_of(app)));
    });
    app.add_subcommand("man", "Print the manual page: interlock man > interlock.1")
        ->callback([&app, &exit] { exit = print_page(man_page(surface_of(app))); });
    app.add_subcommand(
           "reference", "Print docs/reference.md: every command, key, property and exit code"
    )
        ->callback([&app, &exit] { exit = print_page(reference_page(surface_of(app))); });
}

}  // namespace interlock::ci
