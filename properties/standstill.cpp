#include "properties/standstill.hpp"

#include "models/scenario/world.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace interlock::properties {

using models::EventKind;
using models::TaskSet;
using models::Trace;
using models::TraceEvent;

namespace {

// What a task has waited in since `event`, until the end.
struct Wait {
    std::uint32_t event = 0;
    TaskSet on = 0;            // tasks of which one is enough to hold it up
    bool is_for_gone = false;  // or what is over holds it up, since `gone`
    std::uint32_t gone = 0;
};

class Waits {
  public:
    Waits(const History& history, const Trace& trace) : history_(history), trace_(trace) {
        find_last_events();
        for (TaskSet left = trace.unfinished; left != 0; left &= left - 1) {
            const models::TaskId task = models::lowest(left);
            if (begun_[task.value] != 0) {
                add(task);
            }
        }
    }

    // Who cannot go on because of what had happened when event `last` had.
    [[nodiscard]] TaskSet held_up_by(std::uint32_t last) const {
        TaskSet tasks = 0;
        for (TaskSet left = waiting_; left != 0; left &= left - 1) {
            tasks |= waits_[models::lowest(left).value].event <= last ? left & (~left + 1) : 0;
        }
        for (TaskSet before = 0; before != tasks;) {
            before = tasks;
            for (TaskSet left = before; left != 0; left &= left - 1) {
                const Wait& wait = waits_[models::lowest(left).value];
                const bool is_gone = wait.is_for_gone && wait.gone <= last;
                tasks &= (wait.on & tasks) != 0 || is_gone ? ~TaskSet{0} : ~(left & (~left + 1));
            }
        }
        return tasks;
    }

    // The events at which the answer may change, in order.
    [[nodiscard]] std::vector<std::uint32_t> moments() const {
        std::vector<std::uint32_t> moments;
        for (TaskSet left = waiting_; left != 0; left &= left - 1) {
            const Wait& wait = waits_[models::lowest(left).value];
            moments.push_back(wait.event);
            moments.push_back(std::max(wait.event, wait.gone));
        }
        std::sort(moments.begin(), moments.end());
        return moments;
    }

  private:
    // The last that each task has done, and each call has to do with; events of the end are none.
    void find_last_events() {
        of_calls_.assign(history_.calls(), 0);
        for (std::uint32_t i = 0; i < trace_.events.size(); ++i) {
            const TraceEvent& event = trace_.events[i];
            if (event.kind == EventKind::still_held || event.kind == EventKind::still_queued) {
                break;
            }
            if (event.kind != EventKind::cancel_sent && event.kind != EventKind::rang) {
                of_tasks_[event.task.value] = i;
            }
            begun_[event.task.value] |= event.kind == EventKind::began ? 1 : 0;
            if (event.call < of_calls_.size() && event.site != models::no_site) {
                of_calls_[event.call] = i;
            }
        }
    }

    void add(models::TaskId task) {
        const std::uint32_t last = of_tasks_[task.value];  // a wait, if it waits
        const TraceEvent& event = trace_.events[last];
        Wait wait{.event = last};
        if (event.kind == EventKind::joins) {
            wait.on = history_.joins(task) & trace_.unfinished;
        } else if (event.kind == EventKind::wants) {
            hold_up(wait, event.lock);
        } else if (event.kind == EventKind::queued && history_.call(event.call).stage == Stage::queued) {
            hold_up(wait, event.call, event.lock);
        }
        if ((wait.on != 0 || wait.is_for_gone) && !may_end(task, event)) {
            waits_[task.value] = wait;
            waiting_ |= set_of(task);
        }
    }

    // By whoever holds the mutex.
    void hold_up(Wait& wait, std::uint16_t mutex) const {
        const auto& holders = history_.lock(mutex)->holders;
        if (holders.empty()) {
            return;
        }
        const models::TaskId holder{static_cast<std::uint8_t>(holders.back() - 1)};
        if ((trace_.unfinished & set_of(holder)) != 0) {
            wait.on |= set_of(holder);
        } else {
            wait.is_for_gone = true;
            wait.gone = of_tasks_[holder.value];
        }
    }

    // By the calls that hold the lock, but for those that `call` is within.
    void hold_up(Wait& wait, std::uint32_t call, std::uint16_t lock) const {
        const auto& locks = history_.program().locks;
        const bool is_group = locks[lock].kind == models::ProgramLock::Kind::group;
        for (std::uint32_t const number : history_.lock(lock)->holders) {
            const CallState& holder = history_.call(number);
            if (is_group && history_.descends(call, number)) {
                continue;
            }
            if (trace_.outcomes[holder.site] == models::stuck) {
                wait.on |= set_of(holder.task);
            } else {
                wait.is_for_gone = true;
                wait.gone = std::max(wait.gone, of_calls_[number]);
            }
        }
    }

    // Whether something may still end the wait that began with `event`, by itself.
    [[nodiscard]] bool may_end(models::TaskId task, const TraceEvent& event) const {
        if (trace_.ending == models::Ending::deadlock) {
            return false;
        }
        const auto& operations = history_.program().operations;
        return (event.site != models::no_site && history_.policy(event.site).wait_timeout) ||
               std::any_of(operations.begin(), operations.end(), [&](const auto& operation) {
                   return operation.kind == models::Operation::Kind::cancel &&
                          operation.index == task.value;
               });
    }

    const History& history_;
    const Trace& trace_;
    std::array<std::uint32_t, models::tasks_max> of_tasks_{};
    std::array<std::uint8_t, models::tasks_max> begun_{};
    std::vector<std::uint32_t> of_calls_;
    std::array<Wait, models::tasks_max> waits_{};
    TaskSet waiting_ = 0;
};

}  // namespace

std::optional<Standstill> standstill_in(const History& history, const Trace& trace) {
    const Waits waits(history, trace);
    for (std::uint32_t const moment : waits.moments()) {
        if (const TaskSet tasks = waits.held_up_by(moment); tasks != 0) {
            return Standstill{tasks, moment};
        }
    }
    return std::nullopt;
}

}  // namespace interlock::properties
