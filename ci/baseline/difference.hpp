// What changed between two snapshots.
#pragma once

#include "ci/baseline/snapshot.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace interlock::ci {

// One thing that is not as it was.
struct Change {
    enum class Kind : std::uint8_t {
        became_possible,    // an outcome
        became_impossible,  // an outcome
        now_violated,       // a property
        no_longer_violated,
        added,       // the scenario
        removed,     // the scenario
        rewritten,   // the scenario: its outcomes are those of something else
        incomplete,  // one of the searches did not finish: what it did not find proves nothing
    };

    Kind kind = Kind::added;
    std::string what;      // the outcome or the property
    std::string schedule;  // that shows it: on the new side, or on the old where it is gone there
};

// "became possible": an outcome that …
std::string_view name_of(Change::Kind kind) noexcept;
bool is_of_the_old(Change::Kind kind) noexcept;  // whether `schedule` is one of the old version

struct ScenarioDifference {
    std::string scenario;
    std::string revision;
    std::string file;
    std::vector<Change> changes;
};

struct Difference {
    std::vector<ScenarioDifference> scenarios;  // those that differ
    std::size_t same = 0;                       // how many do not
    bool has_incomplete = false;

    [[nodiscard]] bool is_empty() const noexcept { return scenarios.empty(); }
};

// Whether scenarios that only the old snapshot has are gone, or just not part of the new one.
enum class Missing : std::uint8_t { is_removed, is_left_out };

Difference difference(const Snapshot& before, const Snapshot& after, Missing missing);

// The exit code of `interlock diff`: 1 if the baseline must be approved again, 2 if that is not
// known, because a search did not finish and nothing else differs.
Exit exit_of(const Difference& difference) noexcept;

}  // namespace interlock::ci
