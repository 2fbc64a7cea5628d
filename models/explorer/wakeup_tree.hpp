// What is still to be explored from the nodes of a path, as trees of turns.
#pragma once

#include "models/explorer/dependence.hpp"
#include "models/trace/subtree.hpp"

#include <vector>

namespace interlock::models {

// Whether only one of two choices can come next: they are turns of one task. To cancel it is not.
constexpr bool is_same_turn(Choice a, Choice b) noexcept {
    return a.task == b.task && (a.fault == Fault::cancel) == (b.fault == Fault::cancel);
}

// Whether some order that is equivalent to `sequence`, continued without faults, starts with this
// turn. Faults never must happen: one that is not in the sequence does not come first.
bool may_come_first(
    Choice choice, const Footprint& touches, const Sequence& sequence, Dependence depend
) noexcept;

class WakeupTree {
  public:
    // A list of branches, in the order in which they are to be explored.
    using List = std::int32_t;
    static constexpr List empty = -1;

    struct First {
        Planned turn;
        List then = empty;
    };

    explicit WakeupTree(Dependence depend) : depend_(depend) {}

    // Sees to it that some path through `list` is equivalent to `sequence`, continued in some way,
    // unless there is one already. `sequence` is used up.
    void insert(List& list, Sequence& sequence);

    // Takes the first branch off `list`, which is not empty.
    First take_first(List& list);

    // Adds what `list` holds, its turns being the ones after so many.
    void state(List list, std::uint32_t depth, Branches& branches) const;

    // Gives all of `list` up.
    void drop(List& list);

  private:
    struct Node {
        Planned turn;
        List next = empty;
        List then = empty;
    };

    List add(const Planned& turn);
    [[nodiscard]] Node& at(List list) { return nodes_[static_cast<std::size_t>(list)]; }
    [[nodiscard]] const Node& at(List list) const { return nodes_[static_cast<std::size_t>(list)]; }

    Dependence depend_;
    std::vector<Node> nodes_;
    List free_ = empty;
};

}  // namespace interlock::models
