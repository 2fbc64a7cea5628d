// A search that is taken in portions: a shard of it, or with checkpoints, or both.
#pragma once

#include "ci/command/session.hpp"
#include "models/units/snapshot.hpp"

#include <CLI/CLI.hpp>
#include <string>
#include <variant>

namespace interlock::ci {

// --shard, --checkpoint, --checkpoint-every, --mpi.
class PortionOptions {
  public:
    void add_to(CLI::App& command);

    [[nodiscard]] bool is_whole() const {
        return shard_.of == 1 && checkpoint_.empty() && !uses_mpi_;
    }
    [[nodiscard]] bool uses_mpi() const { return uses_mpi_; }
    [[nodiscard]] models::Shard shard() const { return shard_; }

    // Runs that portion, with checkpoints, and with `helpers` if there are any; a problem is one
    // line. What cannot be written is said on standard error, and the search goes on.
    [[nodiscard]] std::variant<Checked, std::string> run(
        Loaded loaded, const models::CheckOptions& options, models::Helpers* helpers
    ) const;

  private:
    models::Shard shard_;
    std::string checkpoint_;
    double seconds_between_ = 10;
    bool uses_mpi_ = false;
};

// The result as JSON with what `interlock merge` needs.
std::string json_of_shard(const Checked& checked, models::Shard shard);

}  // namespace interlock::ci
