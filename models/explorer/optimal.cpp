#include "models/explorer/optimal.hpp"

#include "core/policy/fingerprint.hpp"

#include <algorithm>
#include <utility>

namespace interlock::models {

namespace {

// A power of two. Reversals that push each other out are looked at again when they come again.
constexpr std::size_t handled_max = 4096;

void add_to(Fingerprint& print, Choice choice) noexcept {
    print.add((std::uint64_t{choice.task.value} << 2U) | static_cast<std::uint64_t>(choice.fault));
    if (choice.looks != 0) {
        print.add(choice.looks);
    }
}

}  // namespace

Optimal::Optimal(Dependence depend, Subtree start)
    : depend_(depend),
      start_(std::move(start)),
      order_(depend),
      tree_(depend),
      handled_(handled_max) {}

std::optional<Plan> Optimal::next() {
    if (is_done_) {
        return std::nullopt;
    }
    if (probe_.empty()) {
        looks_.clear();
    }
    return Plan{.prefix = {}, .guide = this, .is_probe = !probe_.empty()};
}

Choice Optimal::choose(const Trace& so_far, const ChoicePoint& possible) noexcept {
    std::size_t const depth = so_far.turns.size();
    if (possible.is_look) {
        return choose_look(so_far, possible);
    }
    if (!probe_.empty()) {
        return choose_probed(depth, possible);
    }
    if (depth < forced_) {
        return nodes_[depth].choice;
    }
    Node node{.serial = ++serial_};
    const Asleep asleep = put_to_sleep(node, so_far.turns);
    if (depth > 0) {
        node.planned = nodes_.back().then;
        nodes_.back().then = WakeupTree::empty;
    }
    if (depth < start_.path.size()) {
        start_with(node, depth);
    } else if (take_planned(node, possible)) {
        is_blocked_ = is_blocked_ || is_asleep(node);
    } else {
        TaskSet may = possible.enabled & ~asleep.surely & ~asleep.perhaps;
        may = may == 0 ? possible.enabled & ~asleep.surely : may;
        is_blocked_ = is_blocked_ || may == 0;
        may = may == 0 ? possible.enabled : may;
        const bool stays = depth > 0 && (may & set_of(nodes_.back().choice.task)) != 0;
        node.choice = stays ? nodes_.back().choice.task : lowest(may);
    }
    nodes_.push_back(node);
    return node.choice;
}

// After the turn in question anything may happen: to go on is cheaper than to cancel everybody.
Choice Optimal::choose_probed(std::size_t depth, const ChoicePoint& possible) const noexcept {
    if (depth >= probe_.size()) {
        return lowest(possible.enabled);
    }
    return possible.allows(probe_[depth]) ? probe_[depth] : enough;
}

// As was planned, or else so that no time passes; but for what sleeps.
Choice Optimal::choose_look(const Trace& so_far, const ChoicePoint& possible) noexcept {
    std::size_t const turn = so_far.turns.size() - 1;
    const Choice so_far_of_turn = so_far.turns.back().chosen;
    const unsigned int number = so_far_of_turn.look_count();
    const bool is_probe = !probe_.empty();
    if (!is_probe) {
        looks_.push_back({static_cast<std::uint32_t>(turn), number, possible.enabled});
    }
    if (is_probe && turn >= probe_.size()) {
        return lowest(possible.enabled);
    }
    const Choice planned = is_probe ? probe_[turn] : nodes_[turn].choice;
    const int look = planned.look(number);
    if (look >= 0 && (possible.enabled & (TaskSet{1} << static_cast<unsigned int>(look))) != 0) {
        return TaskId{static_cast<std::uint8_t>(look)};
    }
    TaskSet awake = possible.enabled;
    if (!is_probe) {
        const Node& node = nodes_[turn];
        for (std::size_t i = node.sleepers_begin; i < node.sleepers_end; ++i) {
            const Choice& sleeper = sleepers_[i].choice;
            if (sleeper.look(number) >= 0 && sleeper.cut(number) == so_far_of_turn) {
                awake &= ~(TaskSet{1} << static_cast<unsigned int>(sleeper.look(number)));
            }
        }
    }
    const TaskSet may = awake != 0 ? awake : possible.enabled;
    return TaskId{static_cast<std::uint8_t>(std::bit_width(may) - 1)};
}

// What slept before the last turn sleeps on, unless that turn depended on it.
Optimal::Asleep Optimal::put_to_sleep(Node& node, const std::vector<Turn>& turns) {
    node.sleepers_begin = sleepers_.size();
    Asleep asleep;
    if (!turns.empty()) {
        const Node& before = nodes_.back();
        for (std::size_t i = before.sleepers_begin; i < before.sleepers_end; ++i) {
            if (!depend_(sleepers_[i].touches, turns.back().touched)) {
                const Choice choice = sleepers_[i].choice;
                const TaskSet task = choice.fault == Fault::none ? set_of(choice.task) : 0;
                (choice.looks == 0 ? asleep.surely : asleep.perhaps) |= task;
                sleepers_.push_back(Planned(sleepers_[i]));
            }
        }
    }
    node.explored_begin = sleepers_.size();
    node.sleepers_end = sleepers_.size();
    return asleep;
}

// As whoever handed this part out says.
void Optimal::start_with(Node& node, std::size_t depth) {
    node.choice = start_.path[depth];
    if (depth < start_.instead.size()) {
        const Sequence& instead = start_.instead[depth];
        sleepers_.insert(sleepers_.end(), instead.begin(), instead.end());
        node.sleepers_end = sleepers_.size();
    }
}

// The turn that is planned next at `node`, if one is.
bool Optimal::take_planned(Node& node, const ChoicePoint& possible) {
    while (node.planned != WakeupTree::empty) {
        WakeupTree::First first = tree_.take_first(node.planned);
        if (possible.allows(first.turn.choice)) {
            node.choice = first.turn.choice;
            node.touches = first.turn.touches;
            node.then = first.then;
            return true;
        }
        tree_.drop(first.then);
    }
    return false;
}

bool Optimal::is_asleep(const Node& node) const noexcept {
    for (std::size_t i = node.sleepers_begin; i < node.sleepers_end; ++i) {
        if (sleepers_[i].choice == node.choice) {
            return true;
        }
    }
    return false;
}

void Optimal::learn(const Trace& trace) {
    if (!probe_.empty()) {
        Reversal& reversal = doubtful_.back();
        if (trace.turns.size() >= probe_.size()) {
            const Turn& last = trace.turns[probe_.size() - 1];
            reversal.instead.back() = {last.chosen, last.touched};
            insert(reversal.turn, reversal.instead);
        }  // else it needs what it would come before
        probe_.clear();
        doubtful_.pop_back();
        go_on();
        return;
    }
    std::size_t const known = forced_ == 0 ? 0 : forced_ - 1;  // the first knows of none
    for (std::size_t i = known; i < nodes_.size(); ++i) {
        nodes_[i].choice = trace.turns[i].chosen;  // with its looks
        is_blocked_ = is_blocked_ || (nodes_[i].choice.looks != 0 && is_asleep(nodes_[i]));
    }
    blocked_ += is_blocked_ ? 1 : 0;
    is_blocked_ = false;
    turns_.resize(known);
    turns_.insert(
        turns_.end(), trace.turns.begin() + static_cast<std::ptrdiff_t>(known), trace.turns.end()
    );
    order_.extend(turns_);
    faults_ = trace.faults;
    plan_reversals(known);
    plan_what_was_prevented(trace.unfinished);
    if (faults_ != Faults{}) {
        plan_faults(known);
    }
    plan_looks(known);
    go_on();
}

// Of the races of the last execution, whose first `known` turns are those of the one before.
void Optimal::plan_reversals(std::size_t known) {
    for (const Race& race : order_.races()) {
        if (race.second >= known || may_go_on_without(race.first, known)) {
            reverse(race.first, turns_[race.second].chosen, race.second);
        }
    }
}

// Whether some turn from `known` on need not come after `turn`. If not, then what is to be had
// instead of `turn` is no more than it was after the execution before.
bool Optimal::may_go_on_without(std::uint32_t turn, std::size_t known) const {
    for (auto i = static_cast<std::uint32_t>(known); i < turns_.size(); ++i) {
        if (order_.phase_of(i) > turn) {
            return false;
        }
        if (!order_.is_before(turn, i)) {
            return true;
        }
    }
    return false;
}

// Turns that never were: of tasks that waited for a mutex for ever, or until they were cancelled,
// or were cancelled before they began.
void Optimal::plan_what_was_prevented(TaskSet unfinished) {
    const auto end = static_cast<std::uint32_t>(turns_.size());
    for (TaskSet left = unfinished; left != 0; left &= left - 1) {
        std::uint32_t const last = order_.last_of(lowest(left));
        if (last != no_turn && turns_[last].touched.wants != no_mutex) {
            plan_take(lowest(left), last, end);
        }
    }
    for (std::uint32_t i = 0; i < end; ++i) {
        const Turn& turn = turns_[i];
        std::uint32_t const wanted = order_.previous_of(i);
        if (wanted != no_turn && turns_[wanted].touched.wants != turn.touched.takes) {
            std::uint32_t cancel = wanted + 1;
            while (cancel < i && (turns_[cancel].task() == passing_of_time ||
                                  (turns_[cancel].touched.tasks & set_of(turn.task())) == 0)) {
                ++cancel;
            }
            plan_take(turn.task(), wanted, cancel);
            reverse(cancel, turn.task(), i);  // it may have been given back by then
        }
        const TaskSet others = turn.touched.tasks & ~set_of(turn.task()) & turn.enabled;
        if (others == 0) {
            continue;
        }
        const TaskSet still = i + 1 < end ? turns_[i + 1].enabled : 0;
        for (TaskSet gone = others & ~still; gone != 0; gone &= gone - 1) {
            if (order_.last_of(lowest(gone)) == no_turn) {
                reverse(i, lowest(gone), end);
            }
        }
    }
}

// Plans that `task` takes the mutex that it wanted, instead of who held it at turn `until`.
void Optimal::plan_take(TaskId task, std::uint32_t wanted, std::uint32_t until) {
    for (std::uint32_t i = until; i-- > 0;) {
        if (turns_[i].touched.takes == turns_[wanted].touched.wants) {
            if (turns_[i].task() != task && (wanted < i || !order_.is_before(i, wanted))) {
                reverse(i, task, static_cast<std::uint32_t>(turns_.size()), until);
            }
            return;
        }
    }
}

// What could have gone wrong and did not, and what need not have gone wrong.
void Optimal::plan_faults(std::size_t known) {
    const auto end = static_cast<std::uint32_t>(turns_.size());
    for (std::uint32_t i = 0; i < end; ++i) {
        const Turn& turn = turns_[i];
        if (i < known && !may_go_on_without(i, known)) {
            continue;
        }
        if (turn.chosen.fault == Fault::raise) {
            reverse(i, turn.task(), end);
        } else if (turn.is_of_task() && (turn.may_raise & set_of(turn.task())) != 0) {
            reverse(i, {turn.task(), Fault::raise}, end);
        }
        TaskSet others = turn.may_cancel & turn.touched.tasks;
        if (turn.chosen.fault == Fault::cancel) {
            others &= ~set_of(turn.task());
            plan_without(i);
        }
        for (; others != 0; others &= others - 1) {
            reverse(i, {lowest(others), Fault::cancel}, end);
        }
    }
}

// Plans that nobody is cancelled at `turn`, where somebody was: all that need not come after it, or
// if that is nothing, any turn. What leads on to a cancellation may have been planned with it only.
void Optimal::plan_without(std::uint32_t turn) {
    collect(turn, [](std::uint32_t /*turn*/) { return true; });
    const bool is_known = !sequence_.empty();
    if (!is_known && !is_covered(turn, sequence_, false)) {
        sequence_.push_back({lowest(turns_[turn].enabled), Footprint::everything()});
    }
    plan(turn, is_known);
}

// What else could have come of a look at the clock.
void Optimal::plan_looks(std::size_t known) {
    for (const Look& look : looks_) {
        if (look.turn < known && !may_go_on_without(look.turn, known)) {
            continue;
        }
        const Choice chosen = turns_[look.turn].chosen;
        for (TaskSet left = look.possible; left != 0; left &= left - 1) {
            const unsigned int ahead = lowest(left).value;
            if (static_cast<int>(ahead) != chosen.look(look.number)) {
                reverse(
                    look.turn,
                    chosen.with_look(look.number, ahead),
                    static_cast<std::uint32_t>(turns_.size())
                );
            }
        }
    }
}

// Plans that a task takes its turn number `second`, or one that it never had, before `turn`; what
// happened from `without` on because of that turn is left out.
void Optimal::reverse(
    std::uint32_t turn, Choice choice, std::uint32_t second, std::uint32_t without
) {
    collect(turn, [&](std::uint32_t i) {
        const bool is_its = is_same_turn(turns_[i].chosen, choice) && i >= second;
        return !is_its && i != without && !(i > without && order_.is_before(without, i));
    });
    sequence_.push_back(
        {choice, second < turns_.size() ? turns_[second].touched : Footprint::everything()}
    );
    const TaskSet task = set_of(choice.task);
    const bool is_known = !sequence_.back().touches.varies &&
                          (turns_[turn].touched.tasks & task) == 0 &&
                          (turns_[turn].enabled & task) != 0;
    plan(turn, is_known);
}

// The turns that need not come after `turn`, as far as they count.
template <class Counts>
void Optimal::collect(std::uint32_t turn, Counts counts) {
    sequence_.clear();
    for (std::uint32_t i = turn + 1; i < turns_.size() && order_.phase_of(i) <= turn; ++i) {
        if (counts(i) && !order_.is_before(turn, i)) {
            sequence_.push_back({turns_[i].chosen, turns_[i].touched});
        }
    }
}

// Plans the sequence instead of `turn`; first its last turn is probed unless it is known.
void Optimal::plan(std::uint32_t turn, bool is_known) {
    if (sequence_.empty()) {
        return;
    }
    Fingerprint print;
    print.add(nodes_[turn].serial);
    for (const Planned& planned : sequence_) {
        add_to(print, planned.choice);
    }
    std::uint64_t& handled = handled_[print.value() % handled_max];
    if (std::exchange(handled, print.value()) == print.value() ||
        is_covered(turn, sequence_, true) ||
        (sequence_.back().choice.fault != Fault::none && !is_allowed(turn, sequence_))) {
        return;
    }
    if (is_known) {
        insert(turn, sequence_);
    } else {
        doubtful_.push_back({turn, sequence_});
    }
}

// Whether there are no more faults than there may be, if `instead` comes before `turn`.
bool Optimal::is_allowed(std::uint32_t turn, const Sequence& instead) const noexcept {
    Faults left = faults_;
    const auto goes_wrong = [&](Choice choice) {
        std::uint32_t& of = choice.fault == Fault::raise ? left.raise : left.cancel;
        return choice.fault == Fault::none || of-- > 0;
    };
    for (std::uint32_t i = 0; i < turn; ++i) {
        if (!goes_wrong(turns_[i].chosen)) {
            return false;
        }
    }
    return std::all_of(instead.begin(), instead.end(), [&](const Planned& planned) {
        return goes_wrong(planned.choice);
    });
}

// Whether some turn that has been explored instead of `turn` may come first in `instead`; surely,
// whatever its last turn touches, if `but_last`.
bool Optimal::is_covered(std::uint32_t turn, const Sequence& instead, bool but_last) const {
    const Node& node = nodes_[turn];
    for (std::size_t i = node.sleepers_begin; i < node.sleepers_end; ++i) {
        const Planned& sleeper = sleepers_[i];
        const auto is_its = [&](const Planned& planned) {
            return planned.choice == sleeper.choice;
        };
        if (may_come_first(sleeper.choice, sleeper.touches, instead, depend_) &&
            (!but_last || std::any_of(instead.begin(), instead.end(), is_its))) {
            return true;
        }
    }
    return false;
}

void Optimal::insert(std::uint32_t turn, Sequence& instead) {
    const Turn& taken = turns_[turn];
    if (may_come_first(taken.chosen, taken.touched, instead, depend_) ||
        is_covered(turn, instead, false)) {
        return;
    }
    if (turn < start_.path.size()) {
        wanted_.push_back({turn, instead});
    } else {
        tree_.insert(nodes_[turn].planned, instead);
    }
}

// To the next probe, or back.
void Optimal::go_on() {
    if (!doubtful_.empty()) {
        const Reversal& reversal = doubtful_.back();
        for (std::uint32_t i = 0; i < reversal.turn; ++i) {
            probe_.push_back(nodes_[i].choice);
        }
        for (const Planned& planned : reversal.instead) {
            probe_.push_back(planned.choice);
        }
        return;
    }
    go_back();
}

// To the last node at which something is planned; what was explored there sleeps from now on.
void Optimal::go_back() {
    while (nodes_.size() > start_.path.size()) {
        Node& node = nodes_.back();
        std::size_t const depth = nodes_.size() - 1;
        sleepers_.resize(node.sleepers_end);
        sleepers_.push_back({node.choice, turns_[depth].touched});
        node.sleepers_end = sleepers_.size();
        tree_.drop(node.then);
        if (take_planned(node, turns_[depth])) {
            forced_ = depth + 1;
            is_blocked_ = is_asleep(node);
            order_.keep(depth);
            return;
        }
        sleepers_.resize(node.sleepers_begin);
        nodes_.pop_back();
    }
    is_done_ = true;
}

// The path to what comes next, with what was explored beside it; then what is planned beside it.
Branches Optimal::rest() const {
    Branches rest;
    std::size_t const root = start_.path.size();
    if (is_done_ || !probe_.empty()) {
        return rest;
    }
    if (turns_.empty()) {
        rest.push_back({static_cast<std::uint32_t>(root), Branch::Kind::left, {}});
        return rest;
    }
    for (std::size_t i = root; i < nodes_.size(); ++i) {
        const Node& node = nodes_[i];
        const auto depth = static_cast<std::uint32_t>(i);
        for (std::size_t at = node.explored_begin; at < node.sleepers_end; ++at) {
            rest.push_back({depth + 1, Branch::Kind::done, sleepers_[at]});
        }
        const bool is_next = i + 1 == nodes_.size();
        const bool is_left = is_next && node.then == WakeupTree::empty;
        rest.push_back(
            {depth + 1,
             is_left ? Branch::Kind::left : Branch::Kind::inner,
             {node.choice, is_next ? node.touches : turns_[i].touched}}
        );
        tree_.state(node.then, depth + 1, rest);
    }
    for (std::size_t i = nodes_.size(); i-- > root;) {
        tree_.state(nodes_[i].planned, static_cast<std::uint32_t>(i), rest);
    }
    return rest;
}

}  // namespace interlock::models
