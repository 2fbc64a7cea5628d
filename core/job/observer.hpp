// The one stream of what the core does: metrics, logs and the model checker listen here.
#pragma once

#include "core/job/status.hpp"
#include "core/policy/call_frame.hpp"
#include "core/policy/policy.hpp"
#include "core/policy/time.hpp"

#include <cstdint>
#include <string_view>

namespace interlock {

// Number of a job or of a group within its registry, from 1 on; 0 is none.
struct JobId {
    std::uint32_t value = 0;
    friend constexpr bool operator==(JobId, JobId) = default;
};

struct GroupId {
    std::uint32_t value = 0;
    friend constexpr bool operator==(GroupId, GroupId) = default;
};

// Which lock a call goes through: none, its job's own, or its group's.
enum class LockScope : std::uint8_t { none, job, group };

constexpr LockScope lock_scope(Concurrency mode) noexcept {
    if (mode == Concurrency::none) {
        return LockScope::none;
    }
    return is_group(mode) ? LockScope::group : LockScope::job;
}

enum class EventKind : std::uint8_t {
    arrived,       // a call was made; nothing is decided yet
    queued,        // it waits for the lock
    granted,       // the lock was handed to it while it waits; it holds it from here on
    admitted,      // it goes on with the lock
    rejected,      // refused: busy or the queue is full
    throttled,     // refused by a throttle; retry_after is set
    rate_limited,  // refused by a rate limit; retry_after is set
    cancelled,     // stopped while it waited
    started,       // the body begins
    finished,      // the body ended, `how`
    released,      // the lock was given back
};

std::string_view name_of(EventKind kind) noexcept;

struct Event {
    EventKind kind;
    LockScope scope = LockScope::none;  // of the call's policy, in all of its events
    Status how = Status::ran;           // of finished: ran, failed or cancelled
    JobId job{};
    GroupId group{};  // the one it was called on, if any
    CallId call{};
    CallId parent{};  // the call whose body made it, if any
    Duration retry_after = Duration::zero();
};

// Hears every event in the order in which things happen, in the task that does them and with no
// lock of the core held but the one that the event is about. Must not wait, throw or call jobs.
class Observer {
  public:
    Observer() = default;
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    virtual ~Observer() = default;

    virtual void on_event(const Event& event) noexcept = 0;
};

}  // namespace interlock
