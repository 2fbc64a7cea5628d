// What the future of the shipped core depends on. Of what is on the stacks of calls: a wait's end
// is known by what woke the task (Scheduler::state()) and by whether the call holds the lock by
// now; for which holder a waiter waits, and who holds whom up, follows from where the calls were
// made. What tasks came to that were joined follows from what came of their calls.
#include "models/scenario/core_system.hpp"

namespace interlock::models {

namespace {

enum class Role : std::uint8_t { holder, waiter };

}  // namespace

void CoreSystem::state(State& state) const {
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (program_.group_of(static_cast<std::uint16_t>(i)) != i) {
            continue;
        }
        state_lock(groups_[i].snapshot(), program_.group_locks[i], state);
        if (horizons_.groups[i] != Duration::zero()) {
            const auto key = static_cast<std::uint16_t>(program_.jobs.size() + i);
            state_throttle(groups_[i].throttling(), horizons_.groups[i], key, state);
        }
    }
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
        if (program_.jobs[i].lock != no_lock) {
            state_lock(jobs_[i]->snapshot(), program_.jobs[i].lock, state);
        }
        if (horizons_.jobs[i] != Duration::zero()) {
            const auto key = static_cast<std::uint16_t>(i);
            state_throttle(jobs_[i]->throttling(), horizons_.jobs[i], key, state);
        }
    }
    for (std::size_t i = 0; i < children_.size(); ++i) {
        const TaskId task{static_cast<std::uint8_t>(program_.beginners + i)};
        state.add(task, Part::child, static_cast<std::uint64_t>(children_[i].state));
    }
}

void CoreSystem::state_lock(const Occupancy& occupancy, std::uint16_t lock, State& state) const {
    const auto add = [&](Role role, std::size_t place, CallId call) {
        const Caller& caller = callers_[call.value];
        state.add(
            caller.task,
            Part::lock,
            word_of(lock, static_cast<std::uint16_t>(role), program_.place_of(caller.site)),
            place
        );
    };
    for (std::size_t i = 0; i < occupancy.holders().size(); ++i) {
        add(Role::holder, i, occupancy.holders()[i]);
    }
    for (std::size_t i = 0; i < occupancy.waiters().size(); ++i) {
        add(Role::waiter, i, occupancy.waiters()[i]);
    }
}

void CoreSystem::state_throttle(
    const Throttling& throttling, Duration horizon, std::uint16_t key, State& state
) const {
    const TimePoint now = recorder_.scheduler().clock().now();
    const auto add = [&](std::uint16_t what, TimePoint start) {
        if (now - start < horizon) {
            const auto age = static_cast<std::uint64_t>((now - start).count());
            state.add(Part::throttle, word_of(key, what), age);
        }
    };
    if (const auto last = throttling.last_start()) {
        add(0, *last);
    }
    throttling.for_each_start([&](TimePoint start) { add(1, start); });
}

}  // namespace interlock::models
