// What each property says, for people.
#pragma once

#include "models/trace/property.hpp"

#include <string_view>

namespace interlock::ci {

// One sentence.
std::string_view about_of(models::Property property) noexcept;

struct Explanation {
    std::string_view meaning;  // what is violated, exactly
    std::string_view cause;    // how it mostly comes about
    std::string_view remedy;   // what to look at
    std::string_view example;  // a shipped scenario that shows it; empty if there is none
};

Explanation explanation_of(models::Property property) noexcept;

}  // namespace interlock::ci
