#include "ci/command/mistake.hpp"

#include "ci/command/suggest.hpp"
#include "ci/surface/surface.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace interlock::ci {

std::string mistake_in(const CLI::App& app, std::span<const char* const> words) {
    const Surface surface = surface_of(app);
    if (words.size() < 2 || std::string_view(words[1]).starts_with('-')) {
        return {};
    }
    const std::string_view word = words[1];
    const auto command =
        std::find_if(surface.commands.begin(), surface.commands.end(), [&](const auto& one) {
            return one.name == word;
        });
    if (command == surface.commands.end()) {
        std::vector<std::string_view> known;
        for (const CommandEntry& one : surface.commands) {
            known.push_back(one.name);
        }
        return fmt::format("there is no command '{}'{}", word, suggestion(word, known));
    }
    std::vector<std::string_view> known;
    for (const OptionEntry& option : command->options) {
        known.insert(known.end(), option.names.begin(), option.names.end());
    }
    for (const std::string_view whole : words.subspan(2)) {
        const std::string_view name = whole.substr(0, whole.find('='));
        if (name.starts_with("--") && name.size() > 2 &&
            std::find(known.begin(), known.end(), name) == known.end()) {
            return fmt::format("{} has no option {}{}", word, name, suggestion(name, known));
        }
    }
    return {};
}

}  // namespace interlock::ci
