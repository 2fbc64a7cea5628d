// What a verdict is worth: which search ran, how far it came, and what it could not see.
#pragma once

#include "models/trace/trace.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace interlock::models {

// What a search believes of turns before it leaves out some of their orders.
enum class FootprintKind : std::uint8_t {
    none,       // nothing: it leaves no order out for that
    fine,       // what each turn did touch: cross-checked against brute force, not proved
    announced,  // all that each turn might touch, whatever comes of it; printed as static
};

std::string_view name_of(FootprintKind footprints) noexcept;

// What is counted in an execution.
enum class Measure : std::uint8_t {
    preemptions,  // turns that went to another task though the one before could have gone on
    switches,     // turns that went to another task, the first among them
};

std::string_view name_of(Measure measure) noexcept;

struct Guarantee {
    // Up to so many, it is complete in any case.
    struct Bound {
        Measure measure = Measure::preemptions;
        std::uint32_t value = 0;
    };
    // For a fixed bug of depth d, each run finds it with this chance at least.
    struct Pct {
        std::uint32_t n = 0;  // tasks
        std::uint64_t k = 0;  // choices in a run
        std::uint32_t d = 0;
        std::uint64_t runs = 0;
        double p = 0;
    };

    std::string_view mode;  // the strategy
    std::string_view discipline = "cooperative";
    bool complete = false;  // nothing is left out, as far as the rest says
    std::optional<Bound> bound = {};
    std::string_view time = "fixed";
    Faults faults = {};
    bool symmetry = false;
    FootprintKind footprints = FootprintKind::none;
    std::uint64_t traces = 0;  // executions
    std::uint64_t ssb = 0;     // of those, equivalent to others: sleep-set-blocked
    std::optional<std::uint64_t> states = {};
    std::uint32_t hash_bits = 0;  // by which states are told apart
    std::optional<Pct> pct = {};

    // The chance that two different states were taken for one, at most: half the square of how many
    // there are, of hashes that are as good as random.
    [[nodiscard]] double collision_bound() const noexcept {
        const double count = static_cast<double>(states.value_or(0));
        return std::ldexp(count * count, -static_cast<int>(hash_bits) - 1);
    }

    // Whether `holds` rests on nothing but the scheduler and the judge.
    [[nodiscard]] constexpr bool is_verified() const noexcept {
        return complete && footprints != FootprintKind::fine && hash_bits == 0;
    }
};

}  // namespace interlock::models
