// Text on a terminal, with the words that matter in colour.
#pragma once

#include <string>
#include <string_view>

namespace interlock::ci {

// Colours "ok", "FAIL" and "DIFF" at the beginning of lines, and the words of verdicts.
std::string colored(std::string_view text);

// On standard output: coloured if that is a terminal, and neither NO_COLOR is set nor TERM=dumb.
void print(std::string_view text);

}  // namespace interlock::ci
