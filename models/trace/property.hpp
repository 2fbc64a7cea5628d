// The names of what can be violated; spelled as printed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace interlock::models {

enum class Property : std::uint8_t {
    deadlock,             // a task waits for ever
    leak,                 // a lock is held, or queued for, by a call that is over
    mutual_exclusion,     // two calls that are not one within the other hold one lock
    fifo,                 // a waiter was passed by a later one
    reject_waits,         // a call that must not wait, or not any more, waited
    unjustified_refusal,  // a call was refused though nothing stood against it
    throttle_spacing,     // two starts lie closer than the period
    rate_limit,           // more starts in a window than allowed
    reentry,              // a call within the holder of its group was made to wait for it
    lost_result,          // a call's outcome is not what its body came to
    record,               // events of one call in an order that cannot be
    suspended_in_catch,   // a body suspended while it handled an exception
    condition,            // a body began though a condition of its job did not hold
    assertion,            // an assertion of the core failed
    livelock,             // tasks go on for ever, and none of their calls is ever over
    starvation,           // a call waits for ever though others go on, and everybody has turns
};

inline constexpr std::array<std::string_view, 16> property_names{
    "deadlock",
    "leak",
    "mutual_exclusion",
    "fifo",
    "reject_waits",
    "unjustified_refusal",
    "throttle_spacing",
    "rate_limit",
    "reentry",
    "lost_result",
    "record",
    "suspended_in_catch",
    "condition",
    "assertion",
    "livelock",
    "starvation",
};

constexpr std::string_view name_of(Property property) noexcept {
    return property_names.at(static_cast<std::size_t>(property));
}

constexpr std::optional<Property> property_named(std::string_view name) noexcept {
    for (std::size_t i = 0; i < property_names.size(); ++i) {
        if (property_names.at(i) == name) {
            return static_cast<Property>(i);
        }
    }
    return std::nullopt;
}

}  // namespace interlock::models
