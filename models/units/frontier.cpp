#include "models/units/frontier.hpp"

#include "core/assert.hpp"
#include "models/explorer/wakeup_tree.hpp"

#include <algorithm>
#include <iterator>

namespace interlock::models {

namespace {

// Whether it is known what a turn touches; else others are run whether it is explored or not.
bool is_known(const Planned& turn) {
    return turn.touches != Footprint{};
}

}  // namespace

Frontier::Frontier(const Branches& left, Dependence depend) : depend_(depend) {
    attach(root_, left);
}

Subtree Frontier::take_next() {
    return take(std::prev(left_.end()));
}

Subtree Frontier::take_largest() {
    return take(left_.begin());
}

Subtree Frontier::take(Leaves::iterator leaf) {
    Node& node = *leaf->second;
    left_.erase(leaf);
    node.kind = Branch::Kind::part;
    node.is_taken = true;
    return subtree_of(node);
}

Subtree Frontier::subtree_of(const Node& leaf) {
    Subtree subtree;
    subtree.path.resize(leaf.depth);
    subtree.instead.resize(leaf.depth);
    for (const Node* node = &leaf; node->before != nullptr; node = node->before) {
        subtree.path[node->depth - 1] = node->turn.choice;
        for (const auto& sibling : node->before->after) {
            if (sibling.get() == node) {
                break;
            }
            if (is_known(sibling->turn)) {
                subtree.instead[node->depth - 1].push_back(sibling->turn);
            }
        }
    }
    while (!subtree.instead.empty() && subtree.instead.back().empty()) {
        subtree.instead.pop_back();
    }
    return subtree;
}

void Frontier::put_back(
    const Subtree& taken, const Branches& left, const std::vector<Reversal>& wanted
) {
    const std::vector<Node*> path = path_to(taken.path);
    for (const Reversal& reversal : wanted) {
        insert(reversal, path);
    }
    path.back()->is_taken = false;
    if (left.empty()) {
        finish(*path.back());
    } else {
        attach(*path.back(), left);
    }
}

// From the root to what was taken.
std::vector<Frontier::Node*> Frontier::path_to(const std::vector<Choice>& choices) {
    std::vector<Node*> path{&root_};
    for (const Choice& choice : choices) {
        auto& after = path.back()->after;
        const auto next = std::find_if(after.begin(), after.end(), [&](const auto& node) {
            return node->turn.choice == choice;
        });
        INTERLOCK_ASSERT(next != after.end());
        path.push_back(next->get());
    }
    return path;
}

void Frontier::set_left(Node& node) {
    node.kind = Branch::Kind::left;
    left_.emplace(std::pair(node.depth, ++leaves_), &node);
}

Frontier::Node& Frontier::add(Node& before, const Planned& turn) {
    before.after.push_back(std::make_unique<Node>(Node{
        turn, &before, before.depth + 1, Branch::Kind::inner}));
    return *before.after.back();
}

void Frontier::attach(Node& root, const Branches& left) {
    Node* last = &root;
    for (const Branch& branch : left) {
        while (last != &root && last->depth >= branch.depth) {
            last = last->before;
        }
        if (branch.depth > root.depth) {
            last = &add(*last, branch.turn);
        }
        last->kind = branch.kind;
        if (branch.kind == Branch::Kind::left) {
            set_left(*last);
        }
    }
}

// Nothing is left at `node`. It is kept as long as others may not need to be run because of it.
void Frontier::finish(Node& node) {
    node.kind = Branch::Kind::done;
    node.after.clear();
    Node* const before = node.before;
    if (before == nullptr) {
        return;
    }
    if (!is_known(node.turn)) {
        std::erase_if(before->after, [&](const auto& other) { return other.get() == &node; });
        if (before->after.empty()) {
            finish(*before);
        }
        return;
    }
    Node* part = before;
    while (part->kind != Branch::Kind::part) {
        part = part->before;
    }
    if (settle(*part)) {
        finish(*part);
    }
}

// Whether nothing is left at `node`, nor will be: more may be wanted after what is done as long as
// something before it is not.
bool Frontier::settle(Node& node) {
    if (node.is_taken || node.kind == Branch::Kind::left) {
        return false;
    }
    if (!std::all_of(node.after.begin(), node.after.end(), [](const auto& n) {
            return settle(*n);
        })) {
        return false;
    }
    node.kind = Branch::Kind::done;
    node.after.clear();
    return true;
}

// At the node before the turn in question, beside the one that leads on to what was taken.
void Frontier::insert(const Reversal& wanted, std::span<Node* const> path) {
    if (wanted.turn + 1 < path.size() && !is_covered(wanted, path)) {
        Node& at = *path[wanted.turn];
        const auto taken = std::find_if(at.after.begin(), at.after.end(), [&](const auto& node) {
            return node.get() == path[wanted.turn + 1];
        });
        plan(at, static_cast<std::size_t>(taken - at.after.begin()) + 1, wanted.instead);
    }
}

// Whether what comes before it there, or sleeps there, can begin it.
bool Frontier::is_covered(const Reversal& wanted, std::span<Node* const> path) const {
    Sequence asleep;
    for (std::size_t i = 0; i <= wanted.turn; ++i) {
        if (i != 0) {
            std::erase_if(asleep, [&](const Planned& sleeper) {
                return depend_(sleeper.touches, path[i]->turn.touches);
            });
        }
        for (const auto& sibling : path[i]->after) {
            const bool is_taken = sibling.get() == path[i + 1];
            if (!is_taken || i == wanted.turn) {
                asleep.push_back(sibling->turn);
            }
            if (is_taken) {
                break;
            }
        }
    }
    return std::any_of(asleep.begin(), asleep.end(), [&](const Planned& sleeper) {
        return may_come_first(sleeper.choice, sleeper.touches, wanted.instead, depend_);
    });
}

// Sees to it that what can begin with `sequence` is explored after `at`, by one of those that come
// after it from the `first` on, or by one more. A part sees to all that it can begin with.
void Frontier::plan(Node& at, std::size_t first, Sequence sequence) {
    Node* node = &at;
    while (true) {
        const auto from = node->after.begin() + static_cast<std::ptrdiff_t>(first);
        const auto found = std::find_if(from, node->after.end(), [&](const auto& next) {
            return may_come_first(next->turn.choice, next->turn.touches, sequence, depend_);
        });
        if (found == node->after.end()) {
            break;
        }
        node = found->get();
        first = 0;
        const auto its = std::find_if(sequence.begin(), sequence.end(), [&](const Planned& turn) {
            return turn.choice == node->turn.choice;
        });
        if (its != sequence.end()) {
            sequence.erase(its);
        }
        if (sequence.empty() || node->kind != Branch::Kind::inner) {
            return;
        }
    }
    for (const Planned& turn : sequence) {
        node = &add(*node, turn);
    }
    set_left(*node);
}

void Frontier::keep(const std::function<bool(const Subtree&)>& is_kept) {
    for (auto leaf = left_.begin(); leaf != left_.end();) {
        Node& node = *leaf->second;
        if (is_kept(subtree_of(node))) {
            ++leaf;
        } else {
            leaf = left_.erase(leaf);
            finish(node);
        }
    }
}

Branches Frontier::rest() const {
    Branches branches;
    if (root_.kind == Branch::Kind::left) {
        branches.push_back({0, root_.kind, {}});
    }
    for (const auto& node : root_.after) {
        state(*node, branches);
    }
    return branches;
}

void Frontier::state(const Node& node, Branches& branches) {
    branches.push_back({node.depth, node.kind, node.turn});
    for (const auto& next : node.after) {
        state(*next, branches);
    }
}

}  // namespace interlock::models
