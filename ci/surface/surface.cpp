#include "ci/surface/surface.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <regex>

namespace interlock::ci {

namespace {

// "first|never", or the library's "value in {a,b}": the words.
std::vector<std::string> choices_in(const std::string& value) {
    static const std::regex bars(R"(^[\w-]+(\|[\w-]+)+$)");
    static const std::regex braces(R"(\{([^{}]*)\})");
    std::smatch match;
    std::string words;
    char between = ',';
    if (std::regex_search(value, match, braces)) {
        words = match[1];
    } else if (std::regex_match(value, bars)) {
        words = value;
        between = '|';
    }
    std::vector<std::string> choices;
    std::istringstream stream(words);
    for (std::string word; std::getline(stream, word, between);) {
        choices.push_back(word.substr(0, word.find("->")));
    }
    return choices;
}

OptionEntry entry_of(const CLI::Option& option) {
    OptionEntry entry;
    if (option.get_positional()) {
        entry.names.push_back(option.get_name(true));
    }
    for (const std::string& name : option.get_lnames()) {
        entry.names.push_back("--" + name);
    }
    for (const std::string& name : option.get_snames()) {
        entry.names.push_back("-" + name);
    }
    entry.about = option.get_description();
    entry.is_required = option.get_required();
    if (option.get_expected_max() > 0 && option.get_type_size() > 0) {
        entry.value = option.get_type_name();
        // "TEXT:first|never" is more than a reader needs.
        if (const std::size_t colon = entry.value.find(':'); colon != std::string::npos) {
            entry.value = entry.value.substr(colon + 1);
        }
        entry.choices = choices_in(entry.value);
    }
    return entry;
}

CommandEntry entry_of(const CLI::App& command) {
    CommandEntry entry;
    entry.name = command.get_name();
    entry.about = command.get_description();
    entry.footer = command.get_footer();
    for (const CLI::Option* const option : command.get_options()) {
        (option->get_positional() ? entry.positionals : entry.options).push_back(entry_of(*option));
    }
    return entry;
}

}  // namespace

Surface surface_of(const CLI::App& app) {
    Surface surface;
    surface.about = app.get_description();
    surface.footer = app.get_footer();
    for (const CLI::App* const command :
         app.get_subcommands([](const CLI::App*) { return true; })) {
        surface.commands.push_back(entry_of(*command));
    }
    std::sort(surface.commands.begin(), surface.commands.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    return surface;
}

}  // namespace interlock::ci
