// What is still to be explored from the nodes of a path, as trees of turns.
#pragma once

#include "models/explorer/dependence.hpp"

#include <vector>

namespace interlock::models {

// A turn that is to be had: by whom, and what it is known to touch there.
struct Planned {
    TaskId task;
    Footprint touches;
};
using Sequence = std::vector<Planned>;

// Whether some order that is equivalent to `sequence`, continued in some way, starts with this turn
// of `task`.
bool may_come_first(
    TaskId task, const Footprint& touches, const Sequence& sequence, Dependence depend
) noexcept;

class WakeupTree {
  public:
    // A list of branches, in the order in which they are to be explored.
    using List = std::int32_t;
    static constexpr List empty = -1;

    struct Branch {
        TaskId task;
        List then = empty;
    };

    explicit WakeupTree(Dependence depend) : depend_(depend) {}

    // Sees to it that some path through `list` is equivalent to `sequence`, continued in some way,
    // unless there is one already. `sequence` is used up.
    void insert(List& list, Sequence& sequence);

    // Takes the first branch off `list`, which is not empty.
    Branch take_first(List& list);

    // Gives all of `list` up.
    void drop(List& list);

  private:
    struct Node {
        Footprint touches;
        List next = empty;
        List then = empty;
        TaskId task;
    };

    List add(const Planned& turn);
    [[nodiscard]] Node& at(List list) { return nodes_[static_cast<std::size_t>(list)]; }

    Dependence depend_;
    std::vector<Node> nodes_;
    List free_ = empty;
};

}  // namespace interlock::models
