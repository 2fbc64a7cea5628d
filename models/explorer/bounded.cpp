#include "models/explorer/bounded.hpp"

namespace interlock::models {

namespace {

constexpr TaskId nobody{0xff};
constexpr std::uint32_t polls_after = 100;  // turns in a row

}  // namespace

std::optional<Plan> Bounded::next() {
    if (is_done_) {
        return std::nullopt;
    }
    // What follows the decided turns costs no preemption.
    std::uint32_t const cost = path_.empty() ? 0 : path_.back().cost_now;
    const bool is_known = measure_ == Measure::preemptions && cost < bound_;
    return Plan{.prefix = {}, .guide = this, .is_probe = is_known};
}

Choice Bounded::choose(const Trace& so_far, const ChoicePoint& possible) noexcept {
    std::size_t const depth = so_far.turns.size();
    if (depth < forced_) {
        return path_[depth].chosen;
    }
    Node node{
        .enabled = possible.enabled,
        .run = possible.enabled,
        .raise = possible.may_raise,
        .cancel = possible.may_cancel,
        .before = nobody,
    };
    if (!path_.empty()) {
        const Node& last = path_.back();
        node.before = before_next(last);
        node.in_a_row = node.before == last.before ? last.in_a_row + 1 : 1;
        node.cost = last.cost_now;
    }
    if (!take(node)) {
        return enough;
    }
    path_.push_back(node);
    return node.chosen;
}

// Who had the turn before what follows `node`. Whoever slept could not have gone on: nobody did, as
// far as preemptions go.
TaskId Bounded::before_next(const Node& node) const noexcept {
    if (node.chosen.task == passing_of_time) {
        return measure_ == Measure::preemptions ? nobody : node.before;
    }
    return node.chosen.fault == Fault::cancel ? node.before : node.chosen.task;
}

// The next thing to try at `node` that the bound allows, without a switch if possible, and without
// a fault; false if there is none.
bool Bounded::take(Node& node) noexcept {
    const auto is_affordable = [&](TaskId task) {
        return node.cost + price_of(node, task) <= bound_;
    };
    for (TaskSet* const tasks : {&node.run, &node.raise}) {
        const auto fault = tasks == &node.run ? Fault::none : Fault::raise;
        while (*tasks != 0) {
            const TaskSet stay = node.before == nobody ? 0 : *tasks & set_of(node.before);
            const TaskSet others = *tasks & ~stay;
            const bool goes = stay == 0 || (others != 0 && node.in_a_row >= polls_after);
            const TaskId task = goes ? lowest(others) : node.before;
            *tasks &= ~set_of(task);
            if (is_affordable(task)) {
                node.chosen = {task, fault};
                node.cost_now = node.cost + price_of(node, task);
                return true;
            }
            left_out_ = true;
        }
    }
    if (node.cancel == 0) {
        return false;
    }
    node.chosen = {lowest(node.cancel), Fault::cancel};
    node.cancel &= node.cancel - 1;
    node.cost_now = node.cost;
    return true;
}

std::uint32_t Bounded::price_of(const Node& node, TaskId task) const noexcept {
    if (task == passing_of_time || task == node.before) {
        return 0;
    }
    const bool could_stay = node.before != nobody && node.in_a_row < polls_after &&
                            (node.enabled & set_of(node.before)) != 0;
    return measure_ == Measure::switches || could_stay ? 1 : 0;
}

void Bounded::learn(const Trace& /*trace*/) {
    while (!path_.empty() && !take(path_.back())) {
        path_.pop_back();
    }
    forced_ = path_.size();
    if (forced_ > 0) {
        return;
    }
    finished_ = bound_;
    is_complete_ = !left_out_;
    is_done_ = is_complete_ || bound_ == last_;
    left_out_ = false;
    ++bound_;
}

void Bounded::describe(Guarantee& guarantee) const {
    if (finished_) {
        guarantee.bound = {measure_, *finished_};
    }
}

}  // namespace interlock::models
