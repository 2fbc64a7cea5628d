// One execution of each class of equivalent ones: optimal dynamic partial-order reduction (Abdulla,
// Aronis, Jonsson, Sagonas, JACM 64(4), 2017), with wakeup trees.
#pragma once

#include "models/explorer/explorer.hpp"
#include "models/explorer/happens_before.hpp"
#include "models/explorer/wakeup_tree.hpp"

#include <utility>
#include <vector>

namespace interlock::models {

// Executions are equivalent if one becomes the other by swapping neighbouring turns that do not
// depend() on each other. After each execution its races are looked at: where a turn could have
// come before one that it depends on, the reverse is planned at the node of the earlier one, unless
// an execution that has been run or planned is equivalent to a continuation of it.
//
// A turn may touch other things in its new place than in its old one. Where it may, a probe finds
// out: the beginning of an execution, up to that turn.
//
// Faults are planned in the same way: an error instead of the turn that had none, or the reverse;
// a cancellation before each turn that its target depends on, and what happens without it. And so
// are looks at the clock, where time may pass at any moment: what else could have come of each.
//
// A part of a search is explored in the same way. What is found to be missing above it is not for
// this part to add: it is wanted of whoever hands the parts out (models/units/frontier.hpp).
class Optimal final : public Explorer, private Guide {
  public:
    explicit Optimal(Dependence depend = &models::depend, Subtree start = {});

    std::optional<Plan> next() override;
    void learn(const Trace& trace) override;
    [[nodiscard]] bool is_complete() const noexcept override { return true; }
    [[nodiscard]] std::uint64_t blocked() const noexcept override { return blocked_; }
    [[nodiscard]] Branches rest() const override;
    [[nodiscard]] std::vector<Reversal> take_wanted() override { return std::move(wanted_); }

  private:
    // Before a turn.
    struct Node {
        std::uint64_t serial = 0;  // no other node's, ever
        std::size_t sleepers_begin = 0;
        std::size_t explored_begin = 0;  // of the sleepers, those that were explored here
        std::size_t sleepers_end = 0;
        WakeupTree::List planned = WakeupTree::empty;  // instead of, after, the turn taken
        WakeupTree::List then = WakeupTree::empty;     // planned after the turn taken
        Choice choice{};                               // the turn taken
        Footprint touches{};                           // what that is planned to touch
    };
    // At the clock, that could come out in several ways.
    struct Look {
        std::uint32_t turn = 0;
        unsigned int number = 0;  // of those in the turn
        TaskSet possible = 0;     // how many marks could be ahead
    };
    // Tasks whose turn without a fault sleeps; perhaps: another outcome of a look does not.
    struct Asleep {
        TaskSet surely = 0;
        TaskSet perhaps = 0;
    };

    Choice choose(const Trace& so_far, const ChoicePoint& possible) noexcept override;
    [[nodiscard]] Choice choose_probed(std::size_t depth, const ChoicePoint& possible)
        const noexcept;
    [[nodiscard]] Choice choose_look(const Trace& so_far, const ChoicePoint& possible) noexcept;
    Asleep put_to_sleep(Node& node, const std::vector<Turn>& turns);
    bool take_planned(Node& node, const ChoicePoint& possible);
    [[nodiscard]] bool is_asleep(const Node& node) const noexcept;

    void plan_reversals(std::size_t known);
    [[nodiscard]] bool may_go_on_without(std::uint32_t turn, std::size_t known) const;
    void plan_what_was_prevented(TaskSet unfinished);
    void plan_take(TaskId task, std::uint32_t wanted, std::uint32_t until);
    void plan_faults(std::size_t known);
    void plan_without(std::uint32_t turn);
    void plan_looks(std::size_t known);
    void reverse(
        std::uint32_t turn, Choice choice, std::uint32_t second, std::uint32_t without = no_turn
    );
    template <class Counts>
    void collect(std::uint32_t turn, Counts counts);
    void plan(std::uint32_t turn, bool is_known);
    [[nodiscard]] bool is_allowed(std::uint32_t turn, const Sequence& instead) const noexcept;
    [[nodiscard]] bool is_covered(std::uint32_t turn, const Sequence& instead, bool but_last) const;
    void insert(std::uint32_t turn, Sequence& instead);
    void start_with(Node& node, std::size_t depth);
    void go_on();
    void go_back();

    Dependence depend_;
    Subtree start_;
    std::vector<Reversal> wanted_;  // above it
    std::vector<Turn> turns_;       // of the last execution
    std::vector<Look> looks_;       // of the last execution, or of the one that runs
    HappensBefore order_;
    WakeupTree tree_;
    std::vector<Node> nodes_;  // of the path
    // Turns that have been explored, of each node in turn: no execution that could start with one
    // need be run from there.
    Sequence sleepers_;
    Sequence sequence_;                   // that is being planned
    std::vector<Reversal> doubtful_;      // of which the last turn has to be probed
    std::vector<Choice> probe_;           // the turns in it; empty: none is run
    std::vector<std::uint64_t> handled_;  // reversals, by fingerprint; some are forgotten
    Faults faults_;                       // that are allowed
    std::size_t forced_ = 0;              // turns of the next execution that are decided
    std::uint64_t serial_ = 0;
    std::uint64_t blocked_ = 0;
    bool is_blocked_ = false;  // the execution that runs
    bool is_done_ = false;
};

}  // namespace interlock::models
