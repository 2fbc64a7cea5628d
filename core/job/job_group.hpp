// Jobs that share a lock and a throttle because they work on the same thing.
#pragma once

#include "core/job/registry.hpp"

namespace interlock {

// A handle of the group called `name`: two objects with one name are the same group. Lives no
// longer than its registry.
template <Runtime R>
class JobGroup {
  public:
    JobGroup(JobRegistry<R>& registry, std::string_view name) : state_(&registry.group(name)) {}

    [[nodiscard]] std::string_view name() const noexcept { return state_->label.name; }
    [[nodiscard]] GroupId id() const noexcept { return state_->label.id; }

    // A copy of who holds the group's lock and who waits for it.
    [[nodiscard]] Occupancy snapshot() const { return state_->gate.snapshot(); }

    // A copy of what the throttle that its jobs share remembers.
    [[nodiscard]] Throttling throttling() const { return state_->throttling.snapshot(); }

    [[nodiscard]] GroupState<R>& state() const noexcept { return *state_; }

  private:
    GroupState<R>* state_;
};

}  // namespace interlock
