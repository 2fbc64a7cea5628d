#include "models/explorer/wakeup_tree.hpp"

#include <algorithm>

namespace interlock::models {

bool may_come_first(
    TaskId task, const Footprint& touches, const Sequence& sequence, Dependence depend
) noexcept {
    for (const Planned& turn : sequence) {
        if (turn.task == task) {
            return true;
        }
        if (depend(touches, turn.touches)) {
            return false;
        }
    }
    return true;
}

void WakeupTree::insert(List& list, Sequence& sequence) {
    List parent = empty;  // of the list that is looked at; empty: `list` itself
    List last = empty;    // of that list
    for (List i = list; i != empty;) {
        const Node& node = at(i);
        if (!may_come_first(node.task, node.touches, sequence, depend_)) {
            last = i;
            i = node.next;
            continue;
        }
        const auto same = std::find_if(sequence.begin(), sequence.end(), [&](const auto& turn) {
            return turn.task == node.task;
        });
        if (same != sequence.end()) {
            sequence.erase(same);
        }
        if (node.then == empty || sequence.empty()) {
            return;
        }
        parent = i;
        last = empty;
        i = node.then;
    }
    for (const Planned& turn : sequence) {
        const List added = add(turn);
        if (last != empty) {
            at(last).next = added;
        } else {
            (parent != empty ? at(parent).then : list) = added;
        }
        parent = added;
        last = empty;
    }
}

WakeupTree::Branch WakeupTree::take_first(List& list) {
    const List first = list;
    Node& node = at(first);
    const Branch branch{node.task, node.then};
    list = node.next;
    node.next = free_;
    free_ = first;
    return branch;
}

void WakeupTree::drop(List& list) {
    while (list != empty) {
        Branch branch = take_first(list);
        drop(branch.then);
    }
}

WakeupTree::List WakeupTree::add(const Planned& turn) {
    if (free_ == empty) {
        nodes_.emplace_back();
        free_ = static_cast<List>(nodes_.size() - 1);
    }
    const List added = free_;
    free_ = at(added).next;
    at(added) = {turn.touches, empty, empty, turn.task};
    return added;
}

}  // namespace interlock::models
