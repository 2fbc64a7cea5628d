#include "models/explorer/selective.hpp"

#include <bit>

namespace interlock::models {

namespace {

constexpr TaskSet all_tasks = set_of(passing_of_time) - 1;

bool touches_shared(const Footprint& touched) noexcept {
    return (touched.looks | touched.appends | touched.changes) != 0 || touched.takes != no_mutex ||
           touched.frees != no_mutex;
}

}  // namespace

void Selective::begin_run(Draws& /*draws*/) {
    taken_.fill(0);
    drawn_.reset();
}

TaskId Selective::pick(TaskSet enabled, Draws& draws) noexcept {
    if (!drawn_) {
        drawn_ = draw_of(all_tasks, draws);
    }
    TaskSet may_go = 0;
    for (TaskSet left = enabled; left != 0; left &= left - 1) {
        const TaskId task = lowest(left);
        may_go |= task == drawn_ || !counts_next(task) ? set_of(task) : 0;
    }
    if (may_go == 0) {  // who was drawn waits for one of these
        drawn_ = draw_of(enabled, draws);
        return *drawn_;
    }
    return nth(may_go, draws.below(static_cast<std::uint64_t>(std::popcount(may_go))));
}

void Selective::note_turn(TaskId task) noexcept {
    if (task == drawn_ && counts_next(task)) {
        drawn_.reset();
    }
    ++taken_[task.value];
}

void Selective::end_run(const Trace& trace) {
    taken_.fill(0);
    for (const Turn& turn : trace.turns) {
        const TaskId task = turn.task();
        const bool is_its_own =
            turn.chosen.fault == Fault::none || turn.chosen.fault == Fault::raise;
        if (task == passing_of_time || !is_its_own) {
            continue;
        }
        std::vector<bool>& counts = counts_[task.value];
        std::size_t const place = taken_[task.value]++;
        counts.resize(std::max(counts.size(), place + 1));
        counts[place] = counts[place] || touches_shared(turn.touched);
    }
}

bool Selective::counts_next(TaskId task) const noexcept {
    const std::vector<bool>& counts = counts_[task.value];
    std::size_t const place = taken_[task.value];
    return place < counts.size() && counts[place];
}

std::uint64_t Selective::left_of(TaskId task) const noexcept {
    const std::vector<bool>& counts = counts_[task.value];
    const auto taken = static_cast<std::ptrdiff_t>(std::min(taken_[task.value], counts.size()));
    return static_cast<std::uint64_t>(std::count(counts.begin() + taken, counts.end(), true));
}

// Nothing if none of them has a turn left that counts.
std::optional<TaskId> Selective::draw_of(TaskSet tasks, Draws& draws) const noexcept {
    std::uint64_t sum = 0;
    for (TaskSet left = tasks; left != 0; left &= left - 1) {
        sum += left_of(lowest(left));
    }
    if (sum == 0) {
        return std::nullopt;
    }
    std::uint64_t skip = draws.below(sum);
    TaskSet left = tasks;
    for (; skip >= left_of(lowest(left)); left &= left - 1) {
        skip -= left_of(lowest(left));
    }
    return lowest(left);
}

}  // namespace interlock::models
