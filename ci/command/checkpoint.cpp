#include "ci/command/checkpoint.hpp"

#include "ci/report/file.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace interlock::ci {

namespace {

// Everything is written, and on the disk.
bool write_all(int file, const std::string& text) {
    std::string_view left = text;
    while (!left.empty()) {
        const ssize_t wrote = ::write(file, left.data(), left.size());
        if (wrote < 0 && errno != EINTR) {
            return false;
        }
        left.remove_prefix(wrote < 0 ? 0 : static_cast<std::size_t>(wrote));
    }
    return ::fsync(file) == 0;
}

std::string words_of(int error) {
    return std::generic_category().message(error);
}

// The name of a file is in its directory.
void keep_name(const std::string& path) {
    std::filesystem::path const directory = std::filesystem::path(path).parent_path();
    const int file = ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        ::fsync(file);
        ::close(file);
    }
}

}  // namespace

std::variant<std::optional<models::Snapshot>, std::string> read_checkpoint(const std::string& path
) {
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) {
        return std::optional<models::Snapshot>();
    }
    const auto text = read_file(path);
    if (const auto* unread = std::get_if<FileProblem>(&text)) {
        return "--checkpoint: " + unread->text;
    }
    std::string problem;
    auto snapshot = models::snapshot_from(std::get<std::string>(text), problem);
    if (!snapshot) {
        return fmt::format(
            "{} is no checkpoint: {}; remove it to begin from the start", path, problem
        );
    }
    return snapshot;
}

std::string write_checkpoint(const std::string& path, const std::string& text) {
    std::string const beside = path + ".new";
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool is_written = file >= 0 && write_all(file, text);
    int error = errno;
    if (file >= 0 && ::close(file) != 0 && is_written) {
        is_written = false;
        error = errno;
    }
    if (is_written && std::rename(beside.c_str(), path.c_str()) != 0) {
        is_written = false;
        error = errno;
    }
    if (!is_written) {
        if (file >= 0) {
            ::unlink(beside.c_str());
        }
        return fmt::format("cannot write the checkpoint {}: {}", path, words_of(error));
    }
    keep_name(path);
    return {};
}

}  // namespace interlock::ci
