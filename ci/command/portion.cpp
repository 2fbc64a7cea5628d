#include "ci/command/portion.hpp"

#include "ci/command/checkpoint.hpp"
#include "ci/command/options.hpp"
#include "ci/report/json.hpp"
#include "properties/monitors.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace interlock::ci {

namespace {

// What came of the search before, if there is a checkpoint; a problem is one line.
std::variant<std::optional<models::Result>, std::string> resumed(
    const std::string& path,
    const Loaded& loaded,
    const models::CheckOptions& options,
    models::Shard shard
) {
    auto read = read_checkpoint(path);
    if (auto* problem = std::get_if<std::string>(&read)) {
        return std::move(*problem);
    }
    const auto& snapshot = std::get<0>(read);
    if (!snapshot) {
        return std::nullopt;
    }
    if (snapshot->search != models::unit_of(loaded.program, options) || snapshot->shard != shard) {
        return fmt::format(
            "{} is of another search: {}, shard {}; remove it, or name another file",
            path,
            models::text_of(snapshot->search),
            models::text_of(snapshot->shard)
        );
    }
    properties::Monitors monitors(loaded.program);
    auto result = models::result_of(*snapshot, loaded.program, monitors, options.scheduler);
    if (const auto* problem = std::get_if<std::string>(&result)) {
        return fmt::format("{}: {}", path, *problem);
    }
    return std::get<models::Result>(std::move(result));
}

}  // namespace

void PortionOptions::add_to(CLI::App& command) {
    command.add_option_function<std::string>(
        "--shard",
        [this](const std::string& text) {
            const auto shard = models::shard_from(text);
            if (!shard) {
                throw CLI::ValidationError(
                    "--shard", "'" + text + "' is not a shard; the second of seven is 2/7"
                );
            }
            shard_ = *shard;
        },
        "Explore only this part of the search, such as 2/7; `interlock merge` joins the results"
    );
    command.add_option(
        "--checkpoint",
        checkpoint_,
        "Go on from what this file says, if it is there, and keep in it how far the search has come"
    );
    command
        .add_option(
            "--checkpoint-every", seconds_between_, "Seconds between checkpoints; without it, 10"
        )
        ->check(CLI::NonNegativeNumber);
    command.add_flag("--mpi", uses_mpi_, "Explore by all ranks of this MPI job, under mpirun");
}

std::variant<Checked, std::string> PortionOptions::run(
    Loaded loaded, const models::CheckOptions& options, models::Helpers* helpers
) const {
    models::Portion portion;
    portion.helpers = helpers;
    portion.shard = shard_;
    if (!checkpoint_.empty()) {
        // What can never be written is better known before the search than after.
        const auto directory = std::filesystem::path(checkpoint_).parent_path();
        std::error_code error;
        if (!directory.empty() && !std::filesystem::is_directory(directory, error)) {
            return fmt::format("{}: there is no directory {}", checkpoint_, directory.string());
        }
        auto before = resumed(checkpoint_, loaded, options, shard_);
        if (auto* problem = std::get_if<std::string>(&before)) {
            return std::move(*problem);
        }
        portion.resumed = std::get<0>(std::move(before));
        portion.between_saves = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::duration<double>(seconds_between_)
        );
        const models::Unit search = models::unit_of(loaded.program, options);
        portion.save = [this, search](const models::Result& so_far) {
            std::string const problem = write_checkpoint(
                checkpoint_, models::text_of(models::snapshot_of(search, shard_, so_far))
            );
            if (!problem.empty()) {
                complain(problem + "; the search goes on");
            }
        };
    }
    Checked checked = ci::run(std::move(loaded), options, portion);
    checked.never_exercised.clear();  // it may have been elsewhere, or before
    if (shard_.of > 1) {
        // What another shard may find is not missed here: neither any violation nor the one that is
        // expected besides others.
        checked.is_expected = checked.result.verdict == models::Verdict::holds ||
                              (checked.result.verdict == models::Verdict::violated &&
                               checked.loaded.scenario.expect.is_violation());
    }
    return checked;
}

std::string json_of_shard(const Checked& checked, models::Shard shard) {
    auto object = nlohmann::ordered_json::parse(json_of(checked));
    object["shard"] = models::text_of(shard);
    object["file"] = checked.loaded.scenario.file;
    auto lines = nlohmann::ordered_json::array();
    const models::Unit search = models::unit_of(checked.loaded.program, checked.options);
    std::istringstream text(models::text_of(models::snapshot_of(search, shard, checked.result)));
    for (std::string line; std::getline(text, line);) {
        lines.push_back(line);
    }
    object["part"] = std::move(lines);
    return object.dump(2) + "\n";
}

}  // namespace interlock::ci
