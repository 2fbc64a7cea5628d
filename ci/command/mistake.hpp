// What somebody may have meant who wrote a command or an option that there is not.
#pragma once

#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the library's own.
namespace CLI {
class App;
}

namespace interlock::ci {

// One line; empty if all words are known.
std::string mistake_in(const CLI::App& app, int argc, const char* const* argv);

}  // namespace interlock::ci
