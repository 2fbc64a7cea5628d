// Who waits for whom, over all locks and tasks of a registry: so that a wait that could never end
// is refused before it begins. Asked only by calls that are about to wait.
#pragma once

#include "core/gate/runtime.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

namespace interlock {

// A reference to a callable that looks at a frame: no allocation, unlike std::function.
class Look {
  public:
    template <class Function>
    // NOLINTNEXTLINE(google-explicit-constructor, bugprone-forwarding-reference-overload)
    Look(const Function& function) noexcept
        : function_(&function), call_([](const void* f, const CallFrame& frame) {
              (*static_cast<const Function*>(f))(frame);
          }) {}

    void operator()(const CallFrame& frame) const { call_(function_, frame); }

  private:
    const void* function_;
    void (*call_)(const void*, const CallFrame&);
};

// One wait in progress; it lives on the stack of the task that waits.
struct Wait {
    enum class Kind : std::uint8_t { lock, join };

    Wait(const CallFrame* call, Kind of) noexcept : waiting(call), kind(of) {}
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

    // Calls `look` for each call that must end, or leave its lock, before this wait can; for none
    // once the wait is over. What `look` is given lives until it returns.
    virtual void for_each_blocker(const Look& look) const = 0;

    const CallFrame* const waiting;  // the call that waits
    const Kind kind;

  protected:
    ~Wait() = default;
};

template <Runtime R>
class WaitGraph {
  public:
    // Adds `wait` unless it closes a cycle: then returns the calls of the cycle, each of which
    // waits for the next, the new one first, and adds nothing. Empty: added, until remove().
    //
    // Exact, also between threads: waits join the graph one at a time, and each that is found still
    // waits when it is looked at; so all of a cycle's waits, and the locks that their calls hold,
    // were there when the search began.
    std::vector<CycleStep> add(const Wait& wait) {
        std::lock_guard const guard(guard_);
        std::vector<CycleStep> cycle;
        if (may_wait_for_a_waiter(wait)) {
            std::vector<const Wait*> path{&wait};
            std::vector<const Wait*> seen;
            if (reaches(wait, path, seen)) {
                for (const Wait* const step : path) {
                    cycle.push_back({step->waiting->id, step->waiting->job});
                }
                return cycle;
            }
        }
        mark(wait, &wait);
        return cycle;
    }

    void remove(const Wait& wait) noexcept {
        std::lock_guard const guard(guard_);
        mark(wait, nullptr);
    }

  private:
    // The calls that a wait holds up: the one that waits and those that it was made from in the
    // same task, down to the mark where the task began.
    template <class Function>
    static void for_each_held_up(const Wait& wait, Function function) {
        for (const CallFrame* frame = wait.waiting; frame != nullptr; frame = frame->parent) {
            function(*frame);
            if (!frame->id) {
                return;
            }
        }
    }

    static void mark(const Wait& wait, const Wait* by) noexcept {
        for_each_held_up(wait, [&](const CallFrame& frame) { frame.blocked_by = by; });
    }

    static bool holds_up(const Wait& wait, const CallFrame& call) {
        bool is_held_up = false;
        for_each_held_up(wait, [&](const CallFrame& frame) {
            is_held_up = is_held_up || &frame == &call;
        });
        return is_held_up;
    }

    // The wait that holds `blocker` up; none if it can go on. A call that waited for the lock which
    // it holds has what it waited for, and only has yet to resume.
    static const Wait* wait_of(const CallFrame& blocker) noexcept {
        const Wait* const wait = blocker.blocked_by;
        const bool is_over =
            wait != nullptr && wait->kind == Wait::Kind::lock && wait->waiting == &blocker;
        return is_over ? nullptr : wait;
    }

    // Mostly not: then nothing needs to be searched, or allocated.
    static bool may_wait_for_a_waiter(const Wait& wait) {
        bool may = false;
        wait.for_each_blocker([&](const CallFrame& blocker) {
            may = may || wait_of(blocker) != nullptr || holds_up(wait, blocker);
        });
        return may;
    }

    // Whether the last wait of `path` waits, through any number of others, for a call that `start`
    // holds up; then `path` is how.
    static bool reaches(
        const Wait& start, std::vector<const Wait*>& path, std::vector<const Wait*>& seen
    ) {
        bool is_cycle = false;
        std::vector<const Wait*> next;
        path.back()->for_each_blocker([&](const CallFrame& blocker) {
            is_cycle = is_cycle || holds_up(start, blocker);
            if (const Wait* const its = wait_of(blocker)) {
                next.push_back(its);
            }
        });
        for (const Wait* const wait : next) {
            if (is_cycle) {
                break;
            }
            if (std::find(seen.begin(), seen.end(), wait) != seen.end()) {
                continue;
            }
            seen.push_back(wait);
            path.push_back(wait);
            is_cycle = reaches(start, path, seen);
            if (!is_cycle) {
                path.pop_back();
            }
        }
        return is_cycle;
    }

    typename R::Guard guard_{};
};

}  // namespace interlock
