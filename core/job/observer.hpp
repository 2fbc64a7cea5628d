// The one stream of what the core does: metrics, logs and the model checker listen here.
#pragma once

#include "core/job/status.hpp"
#include "core/policy/ids.hpp"
#include "core/policy/policy.hpp"
#include "core/policy/time.hpp"

#include <cstdint>
#include <exception>
#include <string_view>

namespace interlock {

// Which lock a call goes through: none, its job's own, or its group's.
enum class LockScope : std::uint8_t { none, job, group };

constexpr LockScope lock_scope(Concurrency mode) noexcept {
    if (mode == Concurrency::none) {
        return LockScope::none;
    }
    return is_group(mode) ? LockScope::group : LockScope::job;
}

enum class EventKind : std::uint8_t {
    arrived,    // a call was made; nothing is decided yet
    queued,     // it waits for the lock
    granted,    // the lock was handed to it while it waits; it holds it from here on
    admitted,   // it goes on with the lock
    refused,    // it will not run, for `reason`
    cancelled,  // stopped while it waited
    started,    // the body begins
    finished,   // the body ended, `how`
    released,   // the lock was given back
};

std::string_view name_of(EventKind kind) noexcept;

// The labels live as long as the registry.
struct Event {
    EventKind kind = EventKind::arrived;
    LockScope scope = LockScope::none;  // of the call's policy, in all of its events
    Status how = Status::ran;           // of finished: ran, failed or cancelled
    Reason reason = Reason::busy;       // of refused
    bool is_dry = false;                // the policy is dry_run: what is refused, or queued, runs
    const JobLabel* job = nullptr;      // none in `granted` of a group's lock: it may be any
    const GroupLabel* group = nullptr;  // the one it was called on, if any
    CallId call{};
    CallId parent{};                            // the call whose body made it, if any
    CallId holder{};                            // of refused, by a lock
    Duration retry_after = Duration::zero();    // of refused, by a throttle
    const std::exception_ptr* error = nullptr;  // of finished: what the body threw, if it did
};

// Hears every event, in the task that does it and with no lock of the core held but the one that
// the event is about. Must not wait, throw or call jobs. On one thread the order is that in which
// things happen; between threads, a grant may be heard after what the waiter does with it.
class Observer {
  public:
    Observer() = default;
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    virtual ~Observer() = default;

    virtual void on_event(const Event& event) noexcept = 0;
};

}  // namespace interlock
