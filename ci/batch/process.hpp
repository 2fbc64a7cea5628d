// Another program, run to its end.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace interlock::ci {

// What it could not do, in one line.
struct ProcessProblem {
    std::string text;
};

// What `words` prints; its standard error is ours. A problem if it cannot be started or fails.
std::variant<std::string, ProcessProblem> output_of(std::vector<std::string> words);

}  // namespace interlock::ci
