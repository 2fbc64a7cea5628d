// A search in parts, as values: a part to explore, and what comes back from there.
#pragma once

#include "models/trace/trace.hpp"

#include <vector>

namespace interlock::models {

// A turn that is to be had, and what it is known to touch there; nothing, where a search does not
// ask.
struct Planned {
    Choice choice;
    Footprint touches = {};

    friend bool operator==(const Planned&, const Planned&) = default;
};
using Sequence = std::vector<Planned>;

// Every execution that begins with these choices.
struct Subtree {
    std::vector<Choice> path;  // empty: the whole search
    // Before each turn of the path, those that others explore instead of it: what may begin with
    // one of them need not be run here. It may be shorter than the path.
    std::vector<Sequence> instead = {};

    friend bool operator==(const Subtree&, const Subtree&) = default;
};

// A turn in the tree of what is left of a search.
struct Branch {
    enum class Kind : std::uint8_t {
        inner,  // what is left after it follows
        part,   // the same; it was handed out once: nothing else is to be added after it
        left,   // all that begins so is left
        done,   // nothing is; but others may not need to be run because of it
    };
    std::uint32_t depth = 0;  // so many turns, with this one; 0: the whole search, and no turn
    Kind kind = Kind::left;
    Planned turn = {};

    friend bool operator==(const Branch&, const Branch&) = default;
};

// The tree: each turn before those after it, which are one deeper; in the order in which turns are
// to be explored. Empty: nothing is left.
using Branches = std::vector<Branch>;

// Everything that need not come after a turn of an execution, then one that came after it: to be
// had instead of that turn.
struct Reversal {
    std::uint32_t turn = 0;
    Sequence instead;

    friend bool operator==(const Reversal&, const Reversal&) = default;
};

}  // namespace interlock::models
