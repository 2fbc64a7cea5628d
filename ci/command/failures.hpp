// Schedules that failed, kept in a directory from run to run: the same scenario runs them first.
#pragma once

#include "ci/command/session.hpp"
#include "models/trace/schedule.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace interlock::ci {

// One file a scenario, named by its fingerprint, with one schedule a line, the latest first. A file
// is replaced as a whole, so whoever reads it at the same time sees the old one or the new one; of
// two that write at the same time, one is kept. What cannot be read counts as nothing.
class Failures {
  public:
    explicit Failures(std::filesystem::path directory) : directory_(std::move(directory)) {}

    // $XDG_CACHE_HOME/interlock/failures, or the same in ~/.cache; empty if neither is set.
    static std::filesystem::path default_directory();

    [[nodiscard]] std::vector<models::Schedule> of(std::uint64_t scenario) const;

    // From now on just these, at most so many as are worth running. False if they cannot be
    // written.
    [[nodiscard]] bool set(std::uint64_t scenario, const std::vector<models::Schedule>& schedules)
        const;

    [[nodiscard]] std::string directory() const { return directory_.string(); }

  private:
    [[nodiscard]] std::filesystem::path file_of(std::uint64_t scenario) const;

    std::filesystem::path directory_;
};

// What the first of its schedules comes to that still fails; those that do not are forgotten, and
// those with more faults than `options` allows are left alone.
std::optional<models::Result> fail_again(
    const Failures& failures, const Loaded& loaded, const models::CheckOptions& options
);

// Keeps the schedules of what `checked` found and nobody expected. False if that is not possible.
bool remember(const Failures& failures, const Checked& checked);

}  // namespace interlock::ci
