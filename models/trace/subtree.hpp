// A part of a search: every execution that begins with these choices.
#pragma once

#include "models/trace/trace.hpp"

#include <vector>

namespace interlock::models {

struct Subtree {
    std::vector<Choice> path;  // empty: the whole search

    friend bool operator==(const Subtree&, const Subtree&) = default;
};

}  // namespace interlock::models
