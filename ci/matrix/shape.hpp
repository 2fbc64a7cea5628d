// The scenarios of the matrix: one policy in one nesting.
#pragma once

#include "core/policy/policy.hpp"
#include "models/scenario/scenario.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace interlock::ci {

// How a job of the policy is called while another task calls it too.
enum class Shape : std::uint8_t {
    alone,        // by itself
    same_group,   // within a job of its group
    other_group,  // within a job of another group
    self,         // within itself
    via,          // within a job of no policy that a job of its group calls
    gather,       // twice at once, in tasks of their own, within a job of its group
};

inline constexpr std::array<std::string_view, 6> shape_names{
    "alone", "same_group", "other_group", "self", "via", "gather"};

constexpr std::string_view name_of(Shape shape) noexcept {
    return shape_names.at(static_cast<std::size_t>(shape));
}

struct Combination {
    Concurrency concurrency = Concurrency::none;
    Throttle throttle = Throttle::none;
};

// All jobs have the policy but the one that is called through. On revision `limit` it is written as
// the limit that means the same; nothing if there is none.
std::optional<models::Scenario> scenario_of(
    Combination combination, Shape shape, std::string_view revision
);

}  // namespace interlock::ci
