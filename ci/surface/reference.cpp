#include "ci/report/formats.hpp"
#include "ci/report/properties.hpp"
#include "ci/surface/surface.hpp"
#include "models/revisions/revision.hpp"
#include "models/scenario/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace interlock::ci {

namespace {

// In a cell of a table.
std::string cell(std::string_view text) {
    std::string cell;
    for (const char c : text) {
        if (c == '|' || c == '<') {
            cell += '\\';
        }
        cell += c == '\n' ? ' ' : c;
    }
    return cell;
}

std::string section_of(const CommandEntry& command) {
    std::string usage = "interlock " + command.name;
    for (const OptionEntry& positional : command.positionals) {
        const std::string& name = positional.names.front();
        usage += positional.is_required ? " " + name : " [" + name + "]";
    }
    std::string text =
        fmt::format("### {}\n\n    {}\n\n{}.\n\n", command.name, usage, command.about);
    text += "| option | takes | |\n|---|---|---|\n";
    for (const auto* entries : {&command.positionals, &command.options}) {
        for (const OptionEntry& option : *entries) {
            text += fmt::format(
                "| `{}` | {} | {} |\n",
                fmt::join(option.names, "`, `"),
                cell(option.value),
                cell(option.about)
            );
        }
    }
    return command.footer.empty() ? text + "\n" : text + "\n" + command.footer + "\n\n";
}

}  // namespace

std::string reference_page(const Surface& surface) {
    std::string text =
        "# Reference\n\nMade by `interlock reference`: it is what the program itself says, and a "
        "test "
        "keeps it so.\n\n## Commands\n\n";
    for (const CommandEntry& command : surface.commands) {
        text += section_of(command);
    }
    text +=
        "## Exit codes\n\n| code | means |\n|---|---|\n"
        "| 0 | as expected |\n| 1 | not as expected |\n"
        "| 2 | gave up: not everything was run, and nothing was found; never a pass |\n"
        "| 3 | broken or bad input: nothing that was said is to be trusted |\n\n";
    text += "## Keys of a scenario\n\n[scenarios.md](scenarios.md) says what they mean.\n\n";
    text += "| in | keys |\n|---|---|\n";
    for (const models::KeySection& section : models::key_sections()) {
        text += fmt::format("| {} | `{}` |\n", section.name, fmt::join(section.keys, "` `"));
    }
    text += "\n## Job systems\n\n| revision | |\n|---|---|\n";
    for (const models::Revision& revision : models::revisions()) {
        text += fmt::format("| `{}` | {} |\n", revision.name, revision.about);
    }
    text += "\n## Properties\n\n| property | violated when | |\n|---|---|---|\n";
    for (std::size_t i = 0; i < models::property_names.size(); ++i) {
        const auto property = static_cast<models::Property>(i);
        const std::string_view example = explanation_of(property).example;
        text += fmt::format(
            "| `{}` | {} | {} |\n",
            name_of(property),
            cell(explanation_of(property).meaning),
            example.empty() ? "" : fmt::format("`interlock reproduce {}`", example)
        );
    }
    text += "\n## Report formats\n\n| format | |\n|---|---|\n";
    for (const Format& format : formats()) {
        text += fmt::format("| `{}` | {} |\n", format.name, cell(format.about));
    }
    return text;
}

}  // namespace interlock::ci
