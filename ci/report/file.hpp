// Whole files, in and out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace interlock::ci {

// One line, ready to print: what, where, what to do.
struct FileProblem {
    std::string text;
};

// Larger than anybody's: one that has no end is not read to it.
constexpr std::size_t file_bytes_max = std::size_t{256} << 20U;

// More than `bytes_max` is a problem.
std::variant<std::string, FileProblem> read_file(
    const std::string& path, std::size_t bytes_max = file_bytes_max
);

// Writes beside `path` and renames, so that nobody ever reads half of it, and what was there stays
// if the new text cannot be written. "-" is standard output. Empty if all is well, else one line.
// What is no regular file, such as a pipe or a device, is written to as it is.
std::string write_file(const std::string& path, std::string_view text);

}  // namespace interlock::ci
