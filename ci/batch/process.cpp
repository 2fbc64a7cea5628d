#include "ci/batch/process.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace interlock::ci {

namespace {

std::string message_of(int error) {
    return std::generic_category().message(error);
}

// All that comes until the other side closes.
std::string read_all(int from) {
    std::string text;
    std::array<char, 4096> block{};
    while (true) {
        const ssize_t count = ::read(from, block.data(), block.size());
        if (count > 0) {
            text.append(block.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || errno != EINTR) {
            return text;
        }
    }
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

std::variant<std::string, ProcessProblem> output_of(std::vector<std::string> words) {
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return ProcessProblem{fmt::format("{}: {}", words.front(), message_of(errno))};
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed != 0) {
        ::close(ends[0]);
        return ProcessProblem{
            fmt::format("{} cannot be started: {}", words.front(), message_of(failed))};
    }
    std::string text = read_all(ends[0]);
    ::close(ends[0]);
    if (const int code = wait_for(child); code != 0) {
        return ProcessProblem{fmt::format("{} failed, see above", words.front())};
    }
    return text;
}

}  // namespace interlock::ci
