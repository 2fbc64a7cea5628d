// Verdicts that are known: of scenarios that came out as they expect, with the same text, the same
// options and the same program.
#pragma once

#include "ci/batch/examined.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace interlock::ci {

class VerdictCache {
  public:
    // Verdicts found with other `options` are others. The directory is made if it is not there; a
    // problem is one line.
    static std::variant<VerdictCache, std::string> open(
        const std::string& directory, std::string options
    );

    // What was found when this scenario was run, with its executions run again to be shown.
    [[nodiscard]] std::optional<Examined> find(const Loaded& loaded) const;

    // Whatever is not as expected, or not complete, is not kept. What cannot be written is not
    // either: it costs time, not truth.
    void keep(const Examined& examined) const;

  private:
    VerdictCache(std::string directory, std::string build, std::string options)
        : directory_(std::move(directory)),
          build_(std::move(build)),
          options_(std::move(options)) {}

    [[nodiscard]] std::string path_of(const std::string& text) const;

    std::string directory_;
    std::string build_;  // tells this program from others, the core that is in it included
    std::string options_;
};

}  // namespace interlock::ci
