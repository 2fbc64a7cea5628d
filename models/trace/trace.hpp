// What happened in one execution. A value: it knows no fiber and no core.
#pragma once

#include "models/trace/footprint.hpp"

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace interlock::models {

// What may go wrong for a task at a suspension, besides what its scenario says.
enum class Fault : std::uint8_t {
    none,
    raise,    // its turn begins with an error that its body raises
    cancel,   // it is cancelled, from outside: not a turn of its own, but a turn nevertheless
    timeout,  // no fault, and only where time may pass at any moment: its alarm rings
};

// How many faults there may be in one execution.
struct Faults {
    std::uint32_t raise = 0;
    std::uint32_t cancel = 0;
    friend bool operator==(const Faults&, const Faults&) = default;
};

// Who is next, and what goes wrong for it.
struct Choice {
    TaskId task{};
    Fault fault = Fault::none;
    // Where time may pass at any moment and turns are recorded: how the turn's looks at the clock
    // came out that could have come out in several ways, one after the other.
    std::uint64_t looks = 0;

    constexpr Choice() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): without faults a choice is a task.
    constexpr Choice(TaskId of, Fault what = Fault::none) noexcept : task(of), fault(what) {}
    friend constexpr bool operator==(const Choice&, const Choice&) = default;

    static constexpr unsigned int looks_max = 10;
    static constexpr unsigned int bits_of_look = 6;

    [[nodiscard]] constexpr unsigned int look_count() const noexcept {
        const auto width = static_cast<unsigned int>(std::bit_width(looks));
        return (width + bits_of_look - 1) / bits_of_look;
    }
    // Of look number `n`, how many marks were ahead; nothing, as a number below 0, if there is
    // none.
    [[nodiscard]] constexpr int look(unsigned int n) const noexcept {
        constexpr std::uint64_t one = (1U << bits_of_look) - 1;
        return static_cast<int>((looks >> (n * bits_of_look)) & one) - 1;
    }
    // The same up to `n` looks, and with one more.
    [[nodiscard]] constexpr Choice cut(unsigned int n) const noexcept {
        Choice cut = *this;
        cut.looks &= (std::uint64_t{1} << (n * bits_of_look)) - 1;
        return cut;
    }
    [[nodiscard]] constexpr Choice with_look(unsigned int n, unsigned int ahead) const noexcept {
        Choice with = cut(n);
        with.looks |= std::uint64_t{ahead + 1} << (n * bits_of_look);
        return with;
    }
};

// What could have happened next, and what did.
struct ChoicePoint {
    TaskSet enabled = 0;     // may run
    TaskSet may_raise = 0;   // of those, may run and raise
    TaskSet may_cancel = 0;  // may be cancelled, ready or not; that runs nobody
    TaskSet may_time_out = 0;
    Choice chosen{};
    bool is_look = false;  // at the clock: then "tasks" are numbers of marks that may be ahead
    std::uint32_t events_before = 0;  // so many had happened

    [[nodiscard]] constexpr bool allows(Choice choice) const noexcept {
        const TaskSet& tasks = choice.fault == Fault::none     ? enabled
                               : choice.fault == Fault::raise  ? may_raise
                               : choice.fault == Fault::cancel ? may_cancel
                                                               : may_time_out;
        return choice.task.value <= tasks_max && (tasks & set_of(choice.task)) != 0;
    }
    // Whether there is anything to choose.
    [[nodiscard]] constexpr bool is_open() const noexcept {
        return (enabled & (enabled - 1)) != 0 || (may_time_out & (may_time_out - 1)) != 0 ||
               (enabled != 0 && may_time_out != 0) || (may_raise | may_cancel) != 0;
    }
    // What happens where there is nothing to choose.
    [[nodiscard]] constexpr Choice only() const noexcept {
        return enabled != 0 ? Choice(lowest(enabled))
                            : Choice(lowest(may_time_out), Fault::timeout);
    }
};

// One turn of a task, a cancellation, or a passing of time.
struct Turn : ChoicePoint {
    Footprint touched{};
    std::uint32_t events = 0;  // so many had happened at its end

    [[nodiscard]] constexpr TaskId task() const noexcept { return chosen.task; }
    // False: a cancellation, or a passing of time.
    [[nodiscard]] constexpr bool is_of_task() const noexcept {
        return chosen.fault != Fault::cancel && chosen.task != passing_of_time;
    }
};

enum class EventKind : std::uint8_t {
    // What a task does by itself.
    began,         // a task
    ended,         // a task; `detail` says how: ran, failed or cancelled
    worked,        // a task gave others a turn
    slept,         // a task waits for time to pass
    raised,        // a body throws
    cancel_sent,   // a task asks for another's cancellation; `call` is that task's number
    set,           // from now on condition number `call` holds, or not: `detail`
    clock_set,     // the wall clock goes to another time, by `retry_after_ns`
    spawned,       // a task started another; `call` is that task's number
    joins,         // a task waits for another to end; `call` is that task's number
    joined,        // it waits no more
    join_refused,  // it will not wait for it: that would never end
    counted,       // its end has come to the gather that started it; `detail`: with an error
    rang,          // its alarm, where time may pass at any moment: so long it wanted to wait
    repeats,       // a task begins its steps again
    retries,       // a task makes a call of `site` again, which was refused
    // What calls, locks and mutexes do.
    arrived,             // a call was made
    queued,              // a call waits for `lock`
    granted,             // `lock` was handed to a waiting call
    admitted,            // a call goes on with `lock`
    rejected,            // a call was refused at `lock`
    throttled,           // a call was skipped by its throttle
    rate_limited,        // a call was refused by its rate limit
    condition_failed,    // a call was refused because a condition does not hold
    not_started,         // a call had everything, and could not start all the same
    timed_out,           // a call waited too long
    would_deadlock,      // a call was refused because its wait would never end
    replaced,            // a waiting call gave its place to a newer one of its job
    cancelled,           // a call was stopped while it waited
    started,             // a body began
    finished,            // a body ended; `detail` says how
    released,            // a call gave `lock` back
    wants,               // a task waits for the scenario's mutex `lock`
    held,                // a task holds the scenario's mutex `lock`
    unheld,              // a task gave the scenario's mutex `lock` back
    still_held,          // at the end: `lock` is held by `call`
    still_queued,        // at the end: `call` waits for `lock`
    suspended_in_catch,  // a task suspended while it handled an exception
    asserted,            // an assertion of the core failed
};

std::string_view name_of(EventKind kind) noexcept;

// Locks, call sites and outcomes are indices that the scenario gives meaning to.
inline constexpr std::uint16_t no_lock = 0xffff;
inline constexpr std::uint16_t no_site = 0xffff;

struct TraceEvent {
    std::int64_t at_ns = 0;  // virtual time
    std::int64_t retry_after_ns = 0;
    std::uint32_t step = 0;        // which turn of a task it happened in, from 1
    std::uint32_t call = 0;        // number of the call within the execution, from 1; 0 is none
    std::uint32_t parent = 0;      // the call whose body made it
    std::uint16_t site = no_site;  // the call's place in the scenario
    std::uint16_t lock = no_lock;
    EventKind kind = EventKind::began;
    std::uint8_t detail = 0;
    TaskId task{};  // in whose turn it happened; for the events of the end, whom it concerns

    friend bool operator==(const TraceEvent&, const TraceEvent&) = default;
};

// Where an execution is.
struct Instant {
    std::int64_t at_ns = 0;  // virtual time
    std::uint32_t step = 0;  // which turn, from 1
    TaskId task{};           // whose turn it is, or was last
};

enum class Ending : std::uint8_t {
    finished,  // every task ended
    deadlock,  // some task waits, and nothing can ever wake it
    too_long,  // more steps than allowed
    cut,       // its guide had seen enough
    diverged,  // the plan asked for a task that could not run: the trace is not the one expected
    stuck,     // a deadlocked task could not be unwound: nothing can run in this process any more
};

// A part of an execution, up to its end, that can be repeated for ever: at its end everything is as
// it was before. So much was before it.
struct Round {
    std::uint32_t choices = 0;
    std::uint32_t turns = 0;
    std::uint32_t events = 0;
};

// The result of one run. Reused over executions to keep its buffers.
struct Trace {
    std::vector<ChoicePoint> choices;  // of those that are open
    Faults faults;                     // that were allowed
    std::vector<Turn> turns;  // only where a guide asks for them; the last is complete at the end
    std::vector<TraceEvent> events;
    std::vector<std::int64_t>
        times;  // where it may pass at any moment: of the beginning and all moments
    std::vector<std::uint8_t> outcomes;  // one a call site, as the scenario numbers them
    TaskSet unfinished = 0;              // tasks that wait for ever
    std::uint32_t steps = 0;             // turns of tasks
    std::uint32_t switches = 0;          // turns that went to another task than the one before
    Ending ending = Ending::finished;
    std::optional<Round> round;    // if it ends with one
    std::string failed_assertion;  // of the first one; empty if none failed

    void clear() noexcept;
};

}  // namespace interlock::models
