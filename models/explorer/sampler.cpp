#include "models/explorer/sampler.hpp"

#include <bit>

namespace interlock::models {

namespace {

constexpr std::uint64_t free_turns = 100;  // before a run may become fair
constexpr std::uint64_t far_longer = 10;   // times as long as the shortest

}  // namespace

std::optional<Plan> Sampler::next() {
    draws_ = Draws(seed_, begun_++);
    last_turns_.fill(0);
    planned_.clear();
    plan_faults(Fault::raise, faults_.raise);
    plan_faults(Fault::cancel, faults_.cancel);
    begin_run(draws_);
    return Plan{.prefix = {}, .guide = this};
}

void Sampler::plan_faults(Fault fault, std::uint32_t allowed) {
    if (allowed == 0) {
        return;
    }
    for (std::uint64_t left = draws_.below(std::uint64_t{allowed} + 1); left > 0; --left) {
        planned_.push_back({fault, draws_.below(longest_ + 1)});
    }
}

void Sampler::learn(const Trace& trace) {
    ++runs_;
    std::uint64_t const turns = trace.turns.size();
    longest_ = std::min(std::max(longest_, turns), fair_after());
    if (trace.ending == Ending::finished && (shortest_ == 0 || turns < shortest_)) {
        shortest_ = turns;
    }
    end_run(trace);
}

std::uint64_t Sampler::fair_after() const noexcept {
    return free_turns + far_longer * shortest_;
}

Choice Sampler::choose(const Trace& so_far, const ChoicePoint& possible) noexcept {
    std::uint64_t const turn = so_far.turns.size();
    const auto some_of = [&](TaskSet tasks) {
        return nth(tasks, draws_.below(static_cast<std::uint64_t>(std::popcount(tasks))));
    };
    if (possible.is_look) {
        return some_of(possible.enabled);
    }
    if (const auto fault = take_fault(turn, possible)) {
        if (fault->fault == Fault::raise) {
            last_turns_[fault->task.value] = turn + 1;
            note_turn(fault->task);
        }
        return *fault;
    }
    const TaskSet enabled = possible.enabled;
    if (possible.may_time_out != 0) {
        const auto turns = static_cast<std::uint64_t>(std::popcount(enabled));
        const auto alarms = static_cast<std::uint64_t>(std::popcount(possible.may_time_out));
        if (draws_.below(turns + alarms) >= turns) {
            return {some_of(possible.may_time_out), Fault::timeout};
        }
    }
    TaskId next = lowest(enabled);
    if ((enabled & (enabled - 1)) != 0) {
        next = turn < fair_after() ? pick(enabled, draws_) : longest_without_turn(enabled);
    }
    if (next != passing_of_time) {
        last_turns_[next.value] = turn + 1;
        note_turn(next);
    }
    return next;
}

std::optional<Choice> Sampler::take_fault(
    std::uint64_t turn, const ChoicePoint& possible
) noexcept {
    for (Planned& planned : planned_) {
        const TaskSet tasks =
            planned.fault == Fault::raise ? possible.may_raise : possible.may_cancel;
        if (planned.turn <= turn && tasks != 0) {
            const auto some = draws_.below(static_cast<std::uint64_t>(std::popcount(tasks)));
            const Choice choice{nth(tasks, some), planned.fault};
            planned = planned_.back();
            planned_.pop_back();
            return choice;
        }
    }
    return std::nullopt;
}

TaskId Sampler::longest_without_turn(TaskSet enabled) const noexcept {
    TaskId next = lowest(enabled);
    for (TaskSet left = enabled; left != 0; left &= left - 1) {
        if (last_turns_[lowest(left).value] < last_turns_[next.value]) {
            next = lowest(left);
        }
    }
    return next;
}

}  // namespace interlock::models
