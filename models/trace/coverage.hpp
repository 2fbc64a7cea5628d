// What the executions of a search, or of a part of one, had in them.
#pragma once

#include "models/trace/saturation.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace interlock::models {

// Different things, by fingerprint, and where each was first seen. Those beyond the first `most`
// are not remembered: what is written to a checkpoint every few seconds must not grow without end.
class Sightings {
  public:
    struct First {
        std::uint64_t print = 0;
        std::uint64_t execution = 0;

        friend bool operator==(const First&, const First&) = default;
    };

    static constexpr std::size_t most_told_apart = 1'000'000;

    Sightings() = default;
    explicit Sightings(std::size_t most) : most_(most) {}

    // Seen in `execution`, which is none before the last.
    void add(std::uint64_t print, std::uint64_t execution);

    // As if what `later` saw had been seen next, with so many executions before it.
    void append(const Sightings& later, std::uint64_t executions);

    [[nodiscard]] const std::vector<First>& in_order() const noexcept { return in_order_; }
    [[nodiscard]] bool has_more() const noexcept { return has_more_; }
    void set_has_more() noexcept { has_more_ = true; }
    [[nodiscard]] Saturation::Seen seen() const noexcept;

    friend bool operator==(const Sightings& a, const Sightings& b) {
        return a.in_order_ == b.in_order_ && a.has_more_ == b.has_more_;
    }

  private:
    std::size_t most_ = most_told_apart;
    std::vector<First> in_order_;
    std::unordered_set<std::uint64_t> known_;  // the prints of in_order_
    bool has_more_ = false;
};

// A sequence of executions says the same in one piece as in any parts that are appended.
struct Coverage {
    std::uint64_t executions = 0;
    Sightings classes;
    Sightings orders;
    Sightings outcomes;
    std::uint64_t turns_least = 0;
    std::uint64_t turns_most = 0;
    std::uint64_t too_long = 0;

    // One more execution, of so many turns.
    void count(std::uint64_t turns) noexcept;

    void append(const Coverage& later);

    [[nodiscard]] Saturation saturation() const noexcept;

    friend bool operator==(const Coverage&, const Coverage&) = default;
};

}  // namespace interlock::models
