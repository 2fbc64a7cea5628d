#include "ci/surface/surface.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace interlock::ci {

namespace {

std::vector<std::string> names_of(const CommandEntry& command) {
    std::vector<std::string> names;
    for (const OptionEntry& option : command.options) {
        names.insert(names.end(), option.names.begin(), option.names.end());
    }
    return names;
}

// Within single quotes.
std::string in_quotes(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

// The first sentence, without what is in brackets: a completion is a line.
std::string short_of(std::string_view text) {
    text = text.substr(0, text.find_first_of(":;("));
    return std::string(text.substr(0, text.find_last_not_of(' ') + 1));
}

// Within the brackets of an _arguments specification.
std::string zsh_text(std::string_view text) {
    std::string escaped;
    for (const char c : short_of(text)) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') {
            escaped += '\\';
        }
        escaped += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return escaped;
}

}  // namespace

std::string bash_completion(const Surface& surface) {
    std::vector<std::string> commands;
    std::string options;
    std::string choices;
    for (const CommandEntry& command : surface.commands) {
        commands.push_back(command.name);
        options += fmt::format(
            "        {}) words='{}' ;;\n", command.name, fmt::join(names_of(command), " ")
        );
        for (const OptionEntry& option : command.options) {
            if (!option.choices.empty()) {
                for (const std::string& name : option.names) {
                    choices += fmt::format(
                        "        {}:{}) words='{}' ;;\n",
                        command.name,
                        name,
                        fmt::join(option.choices, " ")
                    );
                }
            }
        }
    }
    return fmt::format(
        "# bash completion of interlock: source <(interlock completion bash)\n"
        "_interlock() {{\n"
        "    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}\n"
        "    local command=${{COMP_WORDS[1]}} words=\n"
        "    COMPREPLY=()\n"
        "    if ((COMP_CWORD == 1)); then\n"
        "        mapfile -t COMPREPLY < <(compgen -W '{} --help' -- \"$current\")\n"
        "        return\n"
        "    fi\n"
        "    case $command:$previous in\n{}    esac\n"
        "    if [[ -n $words ]]; then\n"
        "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
        "        return\n"
        "    fi\n"
        "    case $command in\n{}    esac\n"
        "    if [[ $current == -* ]]; then\n"
        "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
        "    else\n"
        "        mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
        "    fi\n"
        "}}\n"
        "complete -o filenames -F _interlock interlock\n",
        fmt::join(commands, " "),
        choices,
        options
    );
}

std::string zsh_completion(const Surface& surface) {
    std::string commands;
    std::string cases;
    for (const CommandEntry& command : surface.commands) {
        commands += fmt::format("        '{}:{}'\n", command.name, zsh_text(command.about));
        cases += fmt::format("        {})\n            _arguments \\\n", command.name);
        for (const OptionEntry& option : command.options) {
            for (const std::string& name : option.names) {
                std::string value;
                if (!option.value.empty()) {
                    value = option.choices.empty()
                                ? ":value:_files"
                                : fmt::format(":value:({})", fmt::join(option.choices, " "));
                }
                cases += fmt::format(
                    "                '{}[{}]{}' \\\n", name, zsh_text(option.about), value
                );
            }
        }
        cases += "                '*:file:_files'\n            ;;\n";
    }
    return fmt::format(
        "#compdef interlock\n"
        "# zsh completion of interlock: interlock completion zsh > \"${{fpath[1]}}/_interlock\"\n"
        "_interlock() {{\n"
        "    local -a commands=(\n{}    )\n"
        "    if ((CURRENT == 2)); then\n"
        "        _describe command commands\n"
        "        return\n"
        "    fi\n"
        "    local command=$words[2]\n"
        "    shift words\n"
        "    ((CURRENT--))\n"
        "    case $command in\n{}    esac\n"
        "}}\n"
        // Loaded from fpath, this is the function's own first call.
        "if [[ $funcstack[1] == _interlock ]]; then\n"
        "    _interlock \"$@\"\n"
        "else\n"
        "    compdef _interlock interlock\n"
        "fi\n",
        commands,
        cases
    );
}

std::string fish_completion(const Surface& surface) {
    std::string text =
        "# fish completion of interlock: interlock completion fish | source\n"
        "complete -c interlock -n __fish_use_subcommand -f\n";
    for (const CommandEntry& command : surface.commands) {
        text += fmt::format(
            "complete -c interlock -n __fish_use_subcommand -a {} -d {}\n",
            command.name,
            in_quotes(short_of(command.about))
        );
        for (const OptionEntry& option : command.options) {
            text += fmt::format(
                "complete -c interlock -n '__fish_seen_subcommand_from {}'", command.name
            );
            for (const std::string& name : option.names) {
                text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            }
            if (!option.choices.empty()) {
                text += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
            } else if (!option.value.empty()) {
                text += " -r";
            }
            text += " -d " + in_quotes(short_of(option.about)) + "\n";
        }
    }
    return text;
}

}  // namespace interlock::ci
