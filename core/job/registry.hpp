// The jobs and groups of one application: unique job names, group state by name, and what all of
// them share.
#pragma once

#include "core/gate/gate.hpp"
#include "core/job/clock.hpp"
#include "core/job/names.hpp"
#include "core/job/observer.hpp"
#include "core/policy/throttling.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace interlock {

// A throttling state and what protects it.
template <Runtime R>
struct SharedThrottling {
    typename R::Guard guard{};
    Throttling state;  // guarded by guard
};

// All that a group is; two JobGroup objects of one name share it.
template <Runtime R>
struct GroupState {
    std::string_view name;
    GroupId id;
    Gate<R> gate{Admission::Reentry::descendants};
    SharedThrottling<R> throttling{};
};

// Outlives its jobs and groups, and so do the clock and the observer given to it.
template <Runtime R>
class JobRegistry {
  public:
    explicit JobRegistry(
        const Clock& clock = SteadyClock::instance(), Observer* observer = nullptr
    ) noexcept
        : clock_(clock), observer_(observer) {}

    JobRegistry(const JobRegistry&) = delete;
    JobRegistry& operator=(const JobRegistry&) = delete;

    [[nodiscard]] const Clock& clock() const noexcept { return clock_; }
    [[nodiscard]] Observer* observer() const noexcept { return observer_; }

    // The call whose body the running task is in; none outside of all jobs.
    [[nodiscard]] static const CallFrame* current() { return R::current(); }

    // The rest is for Job and JobGroup.

    JobNames& names() noexcept { return names_; }

    CallId next_call() noexcept { return CallId{++calls_}; }

    // The state of the group called `name`, made on first use; it lives as long as the registry.
    GroupState<R>& group(std::string_view name) {
        auto found = groups_.find(name);
        if (found == groups_.end()) {
            found = groups_.try_emplace(std::string(name)).first;
            found->second.name = found->first;
            found->second.id = GroupId{static_cast<std::uint32_t>(groups_.size())};
            found->second.throttling.state.remember(group_calls_max_);
        }
        return found->second;
    }

    // Some job of a group may start `max_calls` times a window: every group keeps as many starts
    // from now on, also those of its other jobs, which count as well.
    void remember_group_calls(std::uint32_t max_calls) noexcept {
        group_calls_max_ = std::max(group_calls_max_, max_calls);
        for (auto& [name, group] : groups_) {
            std::lock_guard const guard(group.throttling.guard);
            group.throttling.state.remember(group_calls_max_);
        }
    }

  private:
    const Clock& clock_;
    Observer* observer_;
    JobNames names_;
    typename R::Counter calls_{};
    std::map<std::string, GroupState<R>, std::less<>> groups_;
    std::uint32_t group_calls_max_ = 0;  // of all rate limits of groups
};

}  // namespace interlock
