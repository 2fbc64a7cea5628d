// The command line as a table, read from the parser itself: what the help, the man page, the
// completions and the reference are made of, so that none of them can say something else.
#pragma once

#include <string>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): the library's own.
namespace CLI {
class App;
}

namespace interlock::ci {

struct OptionEntry {
    std::vector<std::string> names;  // "--jobs", "-j"; of a positional one its name
    std::string about;
    std::string value;                 // what it takes: "TEXT", "first|never"; empty: nothing
    std::vector<std::string> choices;  // if it takes one of a few words
    bool is_required = false;
};

struct CommandEntry {
    std::string name;
    std::string about;
    std::string footer;
    std::vector<OptionEntry> positionals;
    std::vector<OptionEntry> options;
};

struct Surface {
    std::string about;
    std::string footer;
    std::vector<CommandEntry> commands;
};

Surface surface_of(const CLI::App& app);

std::string bash_completion(const Surface& surface);
std::string zsh_completion(const Surface& surface);
std::string fish_completion(const Surface& surface);
std::string man_page(const Surface& surface);
std::string reference_page(const Surface& surface);

}  // namespace interlock::ci
