#include "ci/report/file.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <system_error>
#include <unistd.h>

namespace interlock::ci {

namespace {

struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

std::string reason() {
    return std::generic_category().message(errno);
}

std::string cannot_write(const std::string& path) {
    return fmt::format(
        "cannot write {}: {}; check that the directory exists and has room", path, reason()
    );
}

// Closed as well, because only then it is known whether there was room. False leaves errno.
bool fill(const std::string& path, std::string_view text) {
    File file(std::fopen(path.c_str(), "wb"));
    if (!file) {
        return false;
    }
    const bool is_written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() &&
                            std::fflush(file.get()) == 0;
    const int error = errno;
    const bool is_closed = std::fclose(file.release()) == 0;
    if (!is_written) {
        errno = error;
    }
    return is_written && is_closed;
}

}  // namespace

std::variant<std::string, FileProblem> read_file(const std::string& path, std::size_t bytes_max) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return FileProblem{fmt::format("cannot read {}: it is a directory", path)};
    }
    File file(std::fopen(path.c_str(), "rb"));
    if (!file) {
        return FileProblem{fmt::format("cannot read {}: {}; check the path", path, reason())};
    }
    std::string text;
    std::string block(std::size_t{1} << 16U, '\0');
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
        text.append(block, 0, count);
        if (text.size() > bytes_max) {
            return FileProblem{fmt::format(
                "{}: is larger than {} MiB; is it the right file?", path, bytes_max >> 20U
            )};
        }
    }
    if (std::ferror(file.get()) != 0) {
        return FileProblem{fmt::format("cannot read {}: {}", path, reason())};
    }
    return text;
}

std::string write_file(const std::string& path, std::string_view text) {
    namespace fs = std::filesystem;
    if (path == "-") {
        const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
                                std::fflush(stdout) == 0;
        return is_written ? std::string() : "cannot write the output: " + reason();
    }
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        return fill(path, text) ? std::string() : cannot_write(path);
    }
    // Where a link leads to, so that it stays one.
    const std::string target = fs::exists(status) ? fs::canonical(path, error).string() : path;
    const std::string beside = fmt::format("{}.{}.tmp", target, ::getpid());
    if (!fill(beside, text) || std::rename(beside.c_str(), target.c_str()) != 0) {
        std::string problem = cannot_write(path);
        std::remove(beside.c_str());
        return problem;
    }
    return {};
}

}  // namespace interlock::ci
