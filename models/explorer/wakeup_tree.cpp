#include "models/explorer/wakeup_tree.hpp"

#include <algorithm>

namespace interlock::models {

bool may_come_first(
    Choice choice, const Footprint& touches, const Sequence& sequence, Dependence depend
) noexcept {
    for (const Planned& turn : sequence) {
        if (is_same_turn(turn.choice, choice)) {
            return turn.choice == choice;
        }
        if (depend(touches, turn.touches)) {
            return false;
        }
    }
    return choice.fault == Fault::none;
}

void WakeupTree::insert(List& list, Sequence& sequence) {
    List parent = empty;  // of the list that is looked at; empty: `list` itself
    List last = empty;    // of that list
    for (List i = list; i != empty;) {
        const Node& node = at(i);
        if (!may_come_first(node.turn.choice, node.turn.touches, sequence, depend_)) {
            last = i;
            i = node.next;
            continue;
        }
        const auto same = std::find_if(sequence.begin(), sequence.end(), [&](const auto& turn) {
            return turn.choice == node.turn.choice;
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

WakeupTree::First WakeupTree::take_first(List& list) {
    const List first = list;
    Node& node = at(first);
    const First taken{node.turn, node.then};
    list = node.next;
    node.next = free_;
    free_ = first;
    return taken;
}

void WakeupTree::state(List list, std::uint32_t depth, Branches& branches) const {
    for (; list != empty; list = at(list).next) {
        const Node& node = at(list);
        const auto kind = node.then == empty ? Branch::Kind::left : Branch::Kind::inner;
        branches.push_back({depth + 1, kind, node.turn});
        state(node.then, depth + 1, branches);
    }
}

void WakeupTree::drop(List& list) {
    while (list != empty) {
        First first = take_first(list);
        drop(first.then);
    }
}

WakeupTree::List WakeupTree::add(const Planned& turn) {
    if (free_ == empty) {
        nodes_.emplace_back();
        free_ = static_cast<List>(nodes_.size() - 1);
    }
    const List added = free_;
    free_ = at(added).next;
    at(added) = {turn, empty, empty};
    return added;
}

}  // namespace interlock::models
