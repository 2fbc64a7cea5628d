// What somebody may have meant who wrote a command or an option that there is not.
#pragma once

#include <span>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the library's own.
namespace CLI {
class App;
}

namespace interlock::ci {

// Of the words of a command line, its program first. One line; empty if all are known.
std::string mistake_in(const CLI::App& app, std::span<const char* const> words);

}  // namespace interlock::ci
