#include "ci/batch/selection.hpp"

#include "ci/batch/process.hpp"
#include "core/policy/fingerprint.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <set>

namespace interlock::ci {

namespace {

namespace fs = std::filesystem;

// Of the name alone: from everywhere, and in every checkout, it is the same.
std::uint64_t hash_of(const std::string& file) {
    Fingerprint print;
    print.add(fs::path(file).filename().string());
    return print.value();
}

// The paths that git prints, each ended by a zero byte, below `root`.
void add_paths(std::string_view printed, const fs::path& root, std::set<fs::path>& paths) {
    while (!printed.empty()) {
        const std::size_t end = std::min(printed.find('\0'), printed.size());
        paths.insert((root / printed.substr(0, end)).lexically_normal());
        printed.remove_prefix(std::min(end + 1, printed.size()));
    }
}

}  // namespace

std::vector<std::string> files_of(const std::vector<std::string>& files, models::Shard shard) {
    std::vector<std::string> chosen;
    for (const std::string& file : files) {
        if (hash_of(file) % shard.of == shard.index - 1) {
            chosen.push_back(file);
        }
    }
    return chosen;
}

std::variant<std::vector<std::string>, std::string> changed_since(
    const std::vector<std::string>& files, const std::string& revision
) {
    const std::vector<std::vector<std::string>> questions{
        {"git", "rev-parse", "--show-toplevel"},
        {"git", "diff", "--name-only", "-z", "--no-renames", "--end-of-options", revision, "--"},
        {"git", "ls-files", "--full-name", "--others", "--exclude-standard", "-z", ":/"},
    };
    std::vector<std::string> answers;
    for (const auto& words : questions) {
        auto answer = output_of(words);
        if (const auto* problem = std::get_if<ProcessProblem>(&answer)) {
            return "--since " + revision + ": " + problem->text;
        }
        answers.push_back(std::get<std::string>(std::move(answer)));
    }
    const fs::path root = answers[0].substr(0, answers[0].find('\n'));
    std::set<fs::path> changed;
    add_paths(answers[1], root, changed);
    add_paths(answers[2], root, changed);
    std::vector<std::string> chosen;
    for (const std::string& file : files) {
        std::error_code error;
        if (changed.contains(fs::weakly_canonical(file, error))) {
            chosen.push_back(file);
        }
    }
    return chosen;
}

}  // namespace interlock::ci
