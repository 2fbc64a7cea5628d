// Which turn of an execution must come before which, and which could have come the other way round.
#pragma once

#include "models/explorer/dependence.hpp"
#include "models/trace/trace.hpp"

#include <array>
#include <span>
#include <vector>

namespace interlock::models {

// Turns by index. The second's task could have had the first's turn instead.
struct Race {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
};

inline constexpr std::uint32_t no_turn = 0xffff'ffff;

// Grows and shrinks with a path. Time passes only when nobody is ready, so whatever time lies
// between happened before, and never the other way round.
class HappensBefore {
  public:
    explicit HappensBefore(Dependence depend) : depend_(depend) { last_.fill(no_turn); }

    // Forgets all but the first `length` turns.
    void keep(std::size_t length);

    // Takes in what `turns` has more.
    void extend(std::span<const Turn> turns);

    // For turns of which `i` comes first.
    [[nodiscard]] bool is_before(std::uint32_t i, std::uint32_t j) const noexcept {
        return i < steps_[j].phase || clocks_[j][steps_[i].task.value] > i;
    }

    // The first turn after the last passing of time before `turn`.
    [[nodiscard]] std::uint32_t phase_of(std::uint32_t turn) const noexcept {
        return steps_[turn].phase;
    }

    // The task's last turn of its own; no_turn: it had none.
    [[nodiscard]] std::uint32_t last_of(TaskId task) const noexcept { return last_[task.value]; }

    // The turn that its task had before it; no_turn: none, or it is not a task's own.
    [[nodiscard]] std::uint32_t previous_of(std::uint32_t turn) const noexcept {
        return steps_[turn].previous;
    }

    [[nodiscard]] const std::vector<Race>& races() const noexcept { return races_; }

  private:
    struct Step {
        TaskId task;  // whose it is, or who is cancelled: these depend on each other
        std::uint32_t phase = 0;
        std::uint32_t previous = no_turn;  // of the task's own, if this is
        std::uint32_t races = 0;           // before this turn
    };
    // Of each task, one more than the last turn that happened before.
    using Clock = std::array<std::uint32_t, tasks_max + 2>;

    void add(std::span<const Turn> turns, std::uint32_t turn);
    void add_race_for_mutex(std::span<const Turn> turns, std::uint32_t turn);
    [[nodiscard]] bool is_reversible(
        std::span<const Turn> turns, std::uint32_t first, std::uint32_t second
    ) const noexcept;

    Dependence depend_;
    std::vector<Step> steps_;
    std::vector<Clock> clocks_;
    std::vector<Race> races_;
    std::array<std::uint32_t, tasks_max + 2> last_{};
    std::size_t tasks_ = 0;
};

}  // namespace interlock::models
