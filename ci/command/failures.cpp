#include "ci/command/failures.hpp"

#include "models/replay.hpp"
#include "properties/monitors.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace interlock::ci {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kept_max = 16;

const char* variable(const char* name) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets any.
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : nullptr;
}

}  // namespace

fs::path Failures::default_directory() {
    if (const char* const cache = variable("XDG_CACHE_HOME")) {
        return fs::path(cache) / "interlock" / "failures";
    }
    const char* const home = variable("HOME");
    return home == nullptr ? fs::path() : fs::path(home) / ".cache" / "interlock" / "failures";
}

fs::path Failures::file_of(std::uint64_t scenario) const {
    return directory_ / models::text_of_fingerprint(scenario);
}

std::vector<models::Schedule> Failures::of(std::uint64_t scenario) const {
    std::vector<models::Schedule> schedules;
    std::ifstream file(file_of(scenario));
    std::string line;
    while (schedules.size() < kept_max && std::getline(file, line)) {
        std::string problem;
        const auto schedule = models::schedule_from(line, problem);
        if (schedule && schedule->scenario == scenario) {
            schedules.push_back(*schedule);
        }
    }
    return schedules;
}

bool Failures::set(std::uint64_t scenario, const std::vector<models::Schedule>& schedules) const {
    std::error_code error;
    const fs::path file = file_of(scenario);
    if (schedules.empty()) {
        fs::remove(file, error);
        return !error;
    }
    fs::create_directories(directory_, error);
    fs::path written = file;
    written += "." + std::to_string(::getpid()) + ".new";
    {
        std::ofstream out(written);
        for (std::size_t i = 0; i < std::min(schedules.size(), kept_max); ++i) {
            out << models::text_of(schedules[i]) << '\n';
        }
        out.close();
        if (!out) {
            fs::remove(written, error);
            return false;
        }
    }
    fs::rename(written, file, error);
    return !error;
}

std::optional<models::Result> fail_again(
    const Failures& failures, const Loaded& loaded, const models::CheckOptions& options
) {
    const models::Program& program = loaded.program;
    const auto known = failures.of(program.fingerprint);
    std::vector<models::Schedule> left;
    std::optional<models::Result> first;
    for (const models::Schedule& schedule : known) {
        if (schedule.faults.raise > options.faults.raise ||
            schedule.faults.cancel > options.faults.cancel) {
            left.push_back(schedule);
            continue;
        }
        properties::Monitors monitors(program);
        models::Result result = models::check(program, monitors, models::replay_of(schedule));
        if (result.verdict == models::Verdict::violated) {
            left.push_back(schedule);
            first = first ? std::move(first) : std::optional(std::move(result));
        }
    }
    if (left.size() < known.size()) {
        static_cast<void>(failures.set(program.fingerprint, left));  // else they are run again
    }
    return first;
}

bool remember(const Failures& failures, const Checked& checked) {
    if (checked.is_expected || checked.result.violations.empty()) {
        return true;
    }
    const std::uint64_t scenario = checked.loaded.program.fingerprint;
    std::vector<models::Schedule> schedules;
    const auto add = [&](models::Schedule more) {
        const auto is_same = [&](const models::Schedule& schedule) {
            return models::text_of(schedule) == models::text_of(more);
        };
        if (std::none_of(schedules.begin(), schedules.end(), is_same)) {
            schedules.push_back(std::move(more));
        }
    };
    for (const models::Violation& violation : checked.result.violations) {
        add(models::schedule_of(scenario, violation.trace));
    }
    for (models::Schedule& known : failures.of(scenario)) {
        add(std::move(known));
    }
    return failures.set(scenario, schedules);
}

}  // namespace interlock::ci
