#include "ci/report/color.hpp"

#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

namespace interlock::ci {

namespace {

struct Paint {
    std::string_view word;
    std::string_view color;
};

constexpr std::array<Paint, 6> paints{{
    {"ok  ", "\x1b[32m"},
    {"FAIL", "\x1b[1;31m"},
    {"DIFF", "\x1b[1;33m"},
    {"  as expected", "\x1b[32m"},
    {"  NOT as expected", "\x1b[1;31m"},
    {"The baseline must be approved again", "\x1b[1;33m"},
}};
constexpr std::string_view plain = "\x1b[0m";

bool wants_color() noexcept {
    // NOLINTBEGIN(concurrency-mt-unsafe): nobody sets any.
    const char* const none = std::getenv("NO_COLOR");
    const char* const terminal = std::getenv("TERM");
    // NOLINTEND(concurrency-mt-unsafe)
    return (none == nullptr || *none == '\0') && ::isatty(STDOUT_FILENO) == 1 &&
           (terminal == nullptr || std::string_view(terminal) != "dumb");
}

}  // namespace

std::string colored(std::string_view text) {
    std::string colored;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n') + 1);
        line = line.empty() ? text : line;
        text.remove_prefix(line.size());
        for (const auto& [word, color] : paints) {
            if (line.starts_with(word)) {
                colored += fmt::format("{}{}{}", color, word, plain);
                line.remove_prefix(word.size());
                break;
            }
        }
        colored += line;
    }
    return colored;
}

void print(std::string_view text) {
    fmt::print("{}", wants_color() ? colored(text) : std::string(text));
}

}  // namespace interlock::ci
