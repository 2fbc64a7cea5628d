// Whole files, in and out.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace interlock::ci {

// One line, ready to print: what, where, what to do.
struct FileProblem {
    std::string text;
};

std::variant<std::string, FileProblem> read_file(const std::string& path);

// Writes beside `path` and renames, so that nobody ever reads half of it, and what was there stays
// if the new text cannot be written. "-" is standard output. Empty if all is well, else one line.
// What is no regular file, such as a pipe or a device, is written to as it is.
std::string write_file(const std::string& path, std::string_view text);

}  // namespace interlock::ci
