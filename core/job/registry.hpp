// The jobs and groups of one application: unique job names, group state by name, and what all of
// them share.
#pragma once

#include "core/gate/clock.hpp"
#include "core/gate/gate.hpp"
#include "core/gate/wait_graph.hpp"
#include "core/job/names.hpp"
#include "core/job/observer.hpp"
#include "core/policy/throttling.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace interlock {

// A throttling state and what protects it.
template <Runtime R>
struct SharedThrottling {
    mutable typename R::Guard guard{};
    Throttling state;  // guarded by guard

    void count(TimePoint start) {
        std::lock_guard const lock(guard);
        state.count(start);
    }

    [[nodiscard]] Throttling snapshot() const {
        std::lock_guard const lock(guard);
        return state;
    }
};

// All that a group is; two JobGroup objects of one name share it.
template <Runtime R>
struct GroupState {
    GroupLabel label;
    Gate<R> gate{Admission::Reentry::descendants};
    SharedThrottling<R> throttling{};
};

template <Runtime R>
struct JobState;

// A lock and what it is called.
template <Runtime R>
struct Named {
    std::string name;
    Gate<R>* gate = nullptr;
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
    [[nodiscard]] static const CallFrame* current() {
        const CallFrame* frame = R::current();
        return frame != nullptr && !frame->id ? frame->parent : frame;
    }

    // Conditions of this name are taken to hold from now on, for all jobs.
    void ignore(std::string_view condition) {
        std::lock_guard const guard(guard_);
        ignored_.emplace(condition);
    }

    [[nodiscard]] bool ignores(std::string_view condition) const {
        std::lock_guard const guard(guard_);
        return ignored_.find(condition) != ignored_.end();
    }

    // From now on refuses every call that is not made by another one (Reason::shut_down), lets go
    // on what runs and what waits, and returns when nothing does. Only calls that other threads are
    // just making while it begins may slip through, and only where a job has no lock. Throws
    // std::logic_error within a call, which would wait for itself.
    void drain() { finish(false); }

    // As drain(), but refuses what waits.
    void shut_down() { finish(true); }

    // Takes calls again.
    void reopen() {
        std::lock_guard const guard(guard_);
        is_closing_.store(false, std::memory_order_relaxed);
        watch();
        for (const Seal& seal : seals_) {
            seal.gate->open();
        }
        unseal();
    }

    [[nodiscard]] bool is_closing() const noexcept {
        return is_closing_.load(std::memory_order_relaxed);
    }

    // Who holds and who waits, a line for each lock that is held: "job sync: held by 3; waiting 5".
    [[nodiscard]] std::string dump() {
        std::string text;
        std::lock_guard const guard(guard_);
        for (const Named<R>& lock : locks()) {
            const Occupancy occupancy = lock.gate->snapshot();
            if (occupancy.is_held()) {
                text += lock.name + ": " + occupancy.description() + "\n";
            }
        }
        return text;
    }

    // The rest is for Job and JobGroup.

    // `job` is here as long as it lives.
    void add_job(JobState<R>& job) noexcept;
    void remove_job(JobState<R>& job) noexcept;

    const JobLabel& take_name(std::string_view name) {
        std::lock_guard const guard(guard_);
        return names_.take(name);
    }

    void give_up_name(const JobLabel& label) noexcept {
        std::lock_guard const guard(guard_);
        names_.give_up(label);
    }

    CallId next_call() noexcept { return CallId{++calls_}; }

    WaitGraph<R>& waits() noexcept { return waits_; }

    // The state of the group called `name`, made on first use; it lives as long as the registry.
    GroupState<R>& group(std::string_view name) {
        std::lock_guard const guard(guard_);
        auto found = groups_.find(name);
        if (found == groups_.end()) {
            found = groups_.try_emplace(std::string(name)).first;
            found->second.label = {
                GroupId{static_cast<std::uint32_t>(groups_.size())}, found->first};
            found->second.throttling.state.remember(group_calls_max_);
        }
        return found->second;
    }

    // Some job of a group may start `max_calls` times a window: every group keeps as many starts
    // from now on, also those of its other jobs, which count as well.
    void remember_group_calls(std::uint32_t max_calls) {
        std::lock_guard const guard(guard_);
        group_calls_max_ = std::max(group_calls_max_, max_calls);
        for (auto& [name, group] : groups_) {
            std::lock_guard const throttling_guard(group.throttling.guard);
            group.throttling.state.remember(group_calls_max_);
        }
    }

  private:
    // Holds a lock, so that nobody takes it.
    struct Seal {
        Gate<R>* gate;
        CallFrame call;
    };

    void finish(bool ends_waits);
    void pause();

    // The rest needs guard_.

    // Calls go the way that they need now.
    void watch() noexcept;
    void watch(JobState<R>& job) noexcept;
    std::vector<Named<R>> locks();
    bool is_running() const;
    bool seal(bool ends_waits);

    // Gives back the locks that are held so that nobody takes them.
    void unseal() noexcept {
        for (const Seal& seal : seals_) {
            seal.gate->leave(seal.call);
        }
        seals_.clear();
    }

    const Clock& clock_;
    Observer* observer_;
    std::atomic<bool> is_closing_{false};
    typename R::Counter calls_{};
    WaitGraph<R> waits_;
    mutable typename R::Guard guard_{};
    JobNames names_;                                            // guarded by guard_
    std::map<std::string, GroupState<R>, std::less<>> groups_;  // guarded by guard_
    std::uint32_t group_calls_max_ = 0;           // of all rate limits of groups; guarded by guard_
    std::set<std::string, std::less<>> ignored_;  // guarded by guard_
    JobState<R>* jobs_ = nullptr;                 // the newest; guarded by guard_
    std::list<Seal> seals_;  // of a registry that was drained; guarded by guard_
};

}  // namespace interlock
