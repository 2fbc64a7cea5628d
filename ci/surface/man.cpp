#include "ci/surface/surface.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sstream>

namespace interlock::ci {

namespace {

// Text in roff: a backslash is an escape, and so is what begins a line.
std::string roff(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\\') {
            escaped += "\\e";
        } else if (c == '-') {
            escaped += "\\-";
        } else {
            if ((c == '.' || c == '\'') && (escaped.empty() || escaped.back() == '\n')) {
                escaped += "\\&";
            }
            escaped += c;
        }
    }
    return escaped;
}

std::string title_of(const OptionEntry& option) {
    std::string title =
        fmt::format("\\fB{}\\fR", roff(fmt::format("{}", fmt::join(option.names, ", "))));
    return option.value.empty() ? title : title + " \\fI" + roff(option.value) + "\\fR";
}

std::string entries_of(const std::vector<OptionEntry>& options) {
    std::string text;
    for (const OptionEntry& option : options) {
        text += ".TP\n" + title_of(option) + "\n" + roff(option.about) + "\n";
    }
    return text;
}

// Lines that stay lines.
std::string lines_of(const std::string& text) {
    return text.empty() ? text : ".nf\n" + roff(text) + "\n.fi\n";
}

}  // namespace

std::string man_page(const Surface& surface) {
    std::string text =
        ".TH INTERLOCK 1 \"\" \"interlock 0.1.0\" \"User Commands\"\n.SH NAME\n"
        "interlock \\- model\\-checked job concurrency policy\n.SH SYNOPSIS\n"
        ".B interlock\n.I command\n[options]\n.SH DESCRIPTION\n" +
        roff(surface.about) + "\n.SH COMMANDS\n";
    for (const CommandEntry& command : surface.commands) {
        text += fmt::format(".SS interlock {}", roff(command.name));
        for (const OptionEntry& positional : command.positionals) {
            text += positional.is_required ? " " + roff(positional.names.front())
                                           : " [" + roff(positional.names.front()) + "]";
        }
        text += "\n" + roff(command.about) + ".\n" + entries_of(command.positionals) +
                entries_of(command.options);
        if (!command.footer.empty()) {
            text += ".PP\n" + roff(command.footer) + "\n";
        }
    }
    return text + ".SH EXAMPLES AND EXIT STATUS\n" + lines_of(surface.footer);
}

}  // namespace interlock::ci
