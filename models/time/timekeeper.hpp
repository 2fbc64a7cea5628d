// Where time may pass at any moment: says what the clock says, and when sleepers wake and alarms
// ring. Told by the scheduler of what happens, in this order.
#pragma once

#include "models/trace/trace.hpp"

#include <cstdint>
#include <vector>

namespace interlock::models {

class Timekeeper {
  public:
    Timekeeper() = default;
    Timekeeper(const Timekeeper&) = delete;
    Timekeeper& operator=(const Timekeeper&) = delete;
    virtual ~Timekeeper() = default;

    // The next execution writes into `trace`.
    virtual void begin(const Trace& trace) = 0;

    // The task, whose turn it is, looks at the clock: in which ways that may come out, one bit
    // each; not empty. Then look() with one of them says the time.
    [[nodiscard]] virtual std::uint64_t ahead(TaskId task) = 0;
    virtual std::int64_t look(unsigned int ahead) = 0;

    // The task sleeps for at least so long, and wakes.
    virtual void sleep(TaskId task, std::int64_t for_ns) noexcept = 0;
    [[nodiscard]] virtual TaskSet may_wake(TaskSet sleeping) = 0;
    virtual std::int64_t wake(TaskId task) = 0;

    // The task, whose turn it is, sets its alarm, of which it has one; it is cleared, or rings.
    virtual void set_alarm(TaskId task, std::int64_t at_ns) noexcept = 0;
    virtual void clear_alarm(TaskId task) noexcept = 0;
    [[nodiscard]] virtual TaskSet may_ring() = 0;
    virtual std::int64_t ring(TaskId task) = 0;

    // Of the beginning, which is 0, and of the moments so far, in turn.
    [[nodiscard]] virtual const std::vector<std::int64_t>& times() const noexcept = 0;

    // Whether the execution is to be cut, and run again with other times.
    [[nodiscard]] virtual bool is_stale() const noexcept { return false; }

    // Whether it cannot go on at all.
    [[nodiscard]] virtual bool has_strayed() const noexcept = 0;
};

}  // namespace interlock::models
