// What is left of a search whose parts are explored at the same time, as a tree with one owner.
#pragma once

#include "models/explorer/dependence.hpp"
#include "models/trace/subtree.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace interlock::models {

// The whole search.
inline Branches everything() {
    return {Branch{}};
}

// Leaves of the tree are handed out. Who explores one finds everything below it, and gives back
// what is left there, as a tree, and what is wanted above: reversals at turns of the path that led
// to it. Those are added here, unless what was or will be explored in some part covers them. In
// whatever order all that happens, there is one execution of each class
// (docs/adr/0010-one-owner-of-what-is-planned.md).
class Frontier {
  public:
    explicit Frontier(const Branches& left, Dependence depend = &models::depend);

    // Whether there is nothing to take.
    [[nodiscard]] bool is_empty() const noexcept { return left_.empty(); }

    // Takes a leaf; there is one. The deepest, so that the tree stays small; or the one that is
    // likely to be the largest.
    Subtree take_next();
    Subtree take_largest();

    // What is left of a part that was taken, and what is wanted above it.
    void put_back(
        const Subtree& taken, const Branches& left, const std::vector<Reversal>& wanted = {}
    );

    // Forgets all leaves but these.
    void keep(const std::function<bool(const Subtree&)>& is_kept);

    // All of it, while nothing is taken.
    [[nodiscard]] Branches rest() const;

  private:
    struct Node {
        Planned turn = {};
        Node* before = nullptr;
        std::uint32_t depth = 0;
        Branch::Kind kind = Branch::Kind::part;
        bool is_taken = false;
        std::vector<std::unique_ptr<Node>> after = {};
    };
    // By depth, then in the order in which they came.
    using Leaves = std::map<std::pair<std::uint32_t, std::uint64_t>, Node*>;

    Subtree take(Leaves::iterator leaf);
    void set_left(Node& node);
    static Node& add(Node& before, const Planned& turn);
    void attach(Node& root, const Branches& left);
    void finish(Node& node);
    static bool settle(Node& node);
    void insert(const Reversal& wanted, std::span<Node* const> path);
    void plan(Node& at, std::size_t first, Sequence sequence);
    [[nodiscard]] bool is_covered(const Reversal& wanted, std::span<Node* const> path) const;
    [[nodiscard]] std::vector<Node*> path_to(const std::vector<Choice>& choices);
    static Subtree subtree_of(const Node& leaf);
    static void state(const Node& node, Branches& branches);

    Dependence depend_;
    Leaves left_;
    std::uint64_t leaves_ = 0;  // that there ever were
    Node root_;
};

}  // namespace interlock::models
