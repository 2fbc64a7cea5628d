#include "models/explorer/happens_before.hpp"

#include <algorithm>

namespace interlock::models {

void HappensBefore::keep(std::size_t length) {
    while (steps_.size() > length) {
        const Step& step = steps_.back();
        if (last_[step.task.value] + 1 == steps_.size()) {
            last_[step.task.value] = step.previous;
        }
        races_.resize(step.races);
        steps_.pop_back();
    }
}

void HappensBefore::extend(std::span<const Turn> turns) {
    if (clocks_.size() < turns.size()) {
        clocks_.resize(turns.size());
    }
    for (std::size_t i = steps_.size(); i < turns.size(); ++i) {
        add(turns, static_cast<std::uint32_t>(i));
    }
}

void HappensBefore::add(std::span<const Turn> turns, std::uint32_t turn) {
    const Turn& second = turns[turn];
    const TaskId task = second.task();
    const bool is_time = task == passing_of_time;
    const std::uint32_t previous = second.is_of_task() ? last_[task.value] : no_turn;
    const bool is_after_time = turn != 0 && turns[turn - 1].task() == passing_of_time;
    const std::uint32_t phase = is_time || is_after_time ? turn
                                : turn == 0              ? 0
                                                         : steps_[turn - 1].phase;
    steps_.push_back({task, phase, previous, static_cast<std::uint32_t>(races_.size())});
    if (is_time) {
        return;  // all before it came first
    }
    if (second.is_of_task()) {
        last_[task.value] = turn;
    }
    for (; tasks_ <= task.value; ++tasks_) {
        for (std::uint32_t i = 0; i < turn; ++i) {
            clocks_[i][tasks_] = 0;
        }
    }
    Clock& clock = clocks_[turn];
    if (previous != no_turn && previous >= phase) {
        std::copy_n(clocks_[previous].begin(), tasks_, clock.begin());
    } else {
        std::fill_n(clock.begin(), tasks_, 0);
    }
    for (std::uint32_t i = turn; i-- > phase;) {
        const Turn& first = turns[i];
        if (clock[first.task().value] > i || !depend_(first.touched, second.touched)) {
            continue;
        }
        if (is_reversible(turns, i, turn)) {
            races_.push_back({i, turn});
        }
        for (std::size_t of = 0; of < tasks_; ++of) {
            clock[of] = std::max(clock[of], clocks_[i][of]);
        }
    }
    clock[task.value] = turn + 1;
    if (second.touched.takes != no_mutex) {
        add_race_for_mutex(turns, turn);
    }
}

// Who takes a mutex races with who took it before, though giving it back lies in between.
void HappensBefore::add_race_for_mutex(std::span<const Turn> turns, std::uint32_t turn) {
    std::uint16_t const mutex = turns[turn].touched.takes;
    for (std::uint32_t i = turn; i-- > 0;) {
        if (turns[i].touched.takes != mutex) {
            continue;
        }
        std::uint32_t const previous = steps_[turn].previous;
        const bool could = turns[i].task() != turns[turn].task() &&
                           (previous == no_turn || previous < i || !is_before(i, previous));
        if (could && (races_.size() == steps_[turn].races || races_.back().first != i)) {
            races_.push_back({i, turn});
        }
        return;
    }
}

// Whether the second's task could, or might, run without the first turn.
bool HappensBefore::is_reversible(
    std::span<const Turn> turns, std::uint32_t first, std::uint32_t second
) const noexcept {
    const Turn& then = turns[second];
    if (then.chosen.fault == Fault::cancel) {
        // When and whether its target may be cancelled is looked at apart.
        return (turns[first].touched.tasks & set_of(then.task())) == 0;
    }
    if (then.touched.takes != no_mutex) {
        return turns[first].touched.frees != then.touched.takes;
    }
    std::uint32_t const previous = steps_[second].previous;
    const bool waited = previous == no_turn || previous < first;
    const bool is_woken_by_it = (turns[first].enabled & set_of(then.task())) == 0 &&
                                (turns[first + 1].enabled & set_of(then.task())) != 0;
    if (!waited || !is_woken_by_it) {
        return true;
    }
    // Another in between may wake it as well: one that cancels it, or hands it what it waits for.
    for (std::uint32_t i = first + 1; i < second; ++i) {
        if (depend_(turns[i].touched, then.touched) && !is_before(first, i)) {
            return true;
        }
    }
    return false;
}

}  // namespace interlock::models
