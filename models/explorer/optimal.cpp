#include "models/explorer/optimal.hpp"

#include "core/policy/fingerprint.hpp"

#include <algorithm>
#include <utility>

namespace interlock::models {

namespace {

// A power of two. Reversals that push each other out are looked at again when they come again.
constexpr std::size_t handled_max = 4096;

}  // namespace

Optimal::Optimal(Dependence depend)
    : depend_(depend), order_(depend), tree_(depend), handled_(handled_max) {}

std::optional<Plan> Optimal::next() {
    if (is_done_) {
        return std::nullopt;
    }
    return Plan{.prefix = {}, .guide = this, .is_probe = !probe_.empty()};
}

TaskId Optimal::choose(const Trace& so_far, TaskSet ready) noexcept {
    std::size_t const depth = so_far.turns.size();
    if (!probe_.empty()) {
        return choose_probed(depth, ready);
    }
    if (depth < forced_) {
        return nodes_[depth].task;
    }
    Node node{.serial = ++serial_};
    const TaskSet asleep = put_to_sleep(node, so_far.turns);
    if (depth > 0) {
        node.planned = nodes_.back().then;
        nodes_.back().then = WakeupTree::empty;
    }
    if (take_planned(node, ready)) {
        is_blocked_ = is_blocked_ || (asleep & set_of(node.task)) != 0;
    } else {
        const TaskSet awake = ready & ~asleep;
        is_blocked_ = is_blocked_ || awake == 0;
        const TaskSet may = awake == 0 ? ready : awake;
        const bool stays = depth > 0 && (may & set_of(nodes_.back().task)) != 0;
        node.task = stays ? nodes_.back().task : lowest(may);
    }
    nodes_.push_back(node);
    return node.task;
}

// After the turn in question anything may happen: to go on is cheaper than to cancel everybody.
TaskId Optimal::choose_probed(std::size_t depth, TaskSet ready) const noexcept {
    if (depth >= probe_.size()) {
        return lowest(ready);
    }
    return (ready & set_of(probe_[depth])) != 0 ? probe_[depth] : enough;
}

// Whoever slept before the last turn sleeps on, unless that turn depended on it.
TaskSet Optimal::put_to_sleep(Node& node, const std::vector<Turn>& turns) {
    node.sleepers_begin = sleepers_.size();
    TaskSet asleep = 0;
    if (!turns.empty()) {
        const Node& before = nodes_.back();
        for (std::size_t i = before.sleepers_begin; i < before.sleepers_end; ++i) {
            if (!depend_(sleepers_[i].touches, turns.back().touched)) {
                asleep |= set_of(sleepers_[i].task);
                sleepers_.push_back(Planned(sleepers_[i]));
            }
        }
    }
    node.sleepers_end = sleepers_.size();
    return asleep;
}

// The turn that is planned next at `node`, if one is.
bool Optimal::take_planned(Node& node, TaskSet ready) {
    while (node.planned != WakeupTree::empty) {
        WakeupTree::Branch branch = tree_.take_first(node.planned);
        if ((ready & set_of(branch.task)) != 0) {
            node.task = branch.task;
            node.then = branch.then;
            return true;
        }
        tree_.drop(branch.then);
    }
    return false;
}

bool Optimal::is_asleep(const Node& node) const noexcept {
    for (std::size_t i = node.sleepers_begin; i < node.sleepers_end; ++i) {
        if (sleepers_[i].task == node.task) {
            return true;
        }
    }
    return false;
}

void Optimal::learn(const Trace& trace) {
    if (!probe_.empty()) {
        Reversal& reversal = doubtful_.back();
        if (trace.turns.size() >= probe_.size()) {
            reversal.instead.back().touches = trace.turns[probe_.size() - 1].touched;
            insert(reversal.turn, reversal.instead);
        }  // else it needs what it would come before
        probe_.clear();
        doubtful_.pop_back();
        go_on();
        return;
    }
    blocked_ += is_blocked_ ? 1 : 0;
    is_blocked_ = false;
    std::size_t const known = forced_ == 0 ? 0 : forced_ - 1;
    turns_.resize(known);
    turns_.insert(
        turns_.end(), trace.turns.begin() + static_cast<std::ptrdiff_t>(known), trace.turns.end()
    );
    order_.extend(turns_);
    plan_reversals(known);
    plan_what_was_prevented(trace.unfinished);
    go_on();
}

// Of the races of the last execution, whose first `known` turns are those of the one before.
void Optimal::plan_reversals(std::size_t known) {
    for (const Race& race : order_.races()) {
        if (race.second >= known || may_go_on_without(race.first, known)) {
            reverse(race.first, turns_[race.second].task, race.second);
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
            while (cancel < i && (turns_[cancel].touched.tasks & set_of(turn.task)) == 0) {
                ++cancel;
            }
            plan_take(turn.task, wanted, cancel);
        }
        const TaskSet others = turn.touched.tasks & ~set_of(turn.task) & turn.ready;
        if (others == 0) {
            continue;
        }
        const TaskSet still = i + 1 < end && !turns_[i + 1].after_time ? turns_[i + 1].ready : 0;
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
            if (turns_[i].task != task && (wanted < i || !order_.is_before(i, wanted))) {
                reverse(i, task, static_cast<std::uint32_t>(turns_.size()), until);
            }
            return;
        }
    }
}

// Plans that `task` takes its turn number `second`, or one that it never had, before `turn`; what
// happened from `without` on because of that turn is left out.
void Optimal::reverse(
    std::uint32_t turn, TaskId task, std::uint32_t second, std::uint32_t without
) {
    sequence_.clear();
    Fingerprint print;
    print.add(nodes_[turn].serial);
    for (std::uint32_t i = turn + 1; i < turns_.size() && order_.phase_of(i) <= turn; ++i) {
        const bool is_its = turns_[i].task == task && i >= second;
        const bool is_out = i == without || (i > without && order_.is_before(without, i));
        if (!is_its && !is_out && !order_.is_before(turn, i)) {
            sequence_.push_back({turns_[i].task, turns_[i].touched});
            print.add(turns_[i].task.value);
        }
    }
    sequence_.push_back(
        {task, second < turns_.size() ? turns_[second].touched : Footprint::everything()}
    );
    print.add(task.value);
    std::uint64_t& handled = handled_[print.value() % handled_max];
    if (std::exchange(handled, print.value()) == print.value() ||
        is_covered(turn, sequence_, true)) {
        return;
    }
    const bool is_known =
        !sequence_.back().touches.varies && (turns_[turn].touched.tasks & set_of(task)) == 0;
    if (is_known) {
        insert(turn, sequence_);
    } else {
        doubtful_.push_back({turn, sequence_});
    }
}

// Whether some turn that has been explored instead of `turn` may come first in `instead`; surely,
// whatever its last turn touches, if `but_last`.
bool Optimal::is_covered(std::uint32_t turn, const Sequence& instead, bool but_last) const {
    const Node& node = nodes_[turn];
    for (std::size_t i = node.sleepers_begin; i < node.sleepers_end; ++i) {
        const Planned& sleeper = sleepers_[i];
        const auto is_its = [&](const Planned& planned) { return planned.task == sleeper.task; };
        if (may_come_first(sleeper.task, sleeper.touches, instead, depend_) &&
            (!but_last || std::any_of(instead.begin(), instead.end(), is_its))) {
            return true;
        }
    }
    return false;
}

void Optimal::insert(std::uint32_t turn, Sequence& instead) {
    const Turn& taken = turns_[turn];
    if (!may_come_first(taken.task, taken.touched, instead, depend_) &&
        !is_covered(turn, instead, false)) {
        tree_.insert(nodes_[turn].planned, instead);
    }
}

// To the next probe, or back.
void Optimal::go_on() {
    if (!doubtful_.empty()) {
        const Reversal& reversal = doubtful_.back();
        for (std::uint32_t i = 0; i < reversal.turn; ++i) {
            probe_.push_back(nodes_[i].task);
        }
        for (const Planned& planned : reversal.instead) {
            probe_.push_back(planned.task);
        }
        return;
    }
    go_back();
}

// To the last node at which something is planned; what was explored there sleeps from now on.
void Optimal::go_back() {
    while (!nodes_.empty()) {
        Node& node = nodes_.back();
        std::size_t const depth = nodes_.size() - 1;
        sleepers_.resize(node.sleepers_end);
        sleepers_.push_back({node.task, turns_[depth].touched});
        node.sleepers_end = sleepers_.size();
        tree_.drop(node.then);
        if (take_planned(node, turns_[depth].ready)) {
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

}  // namespace interlock::models
