// What a task inherits of the one that started it.
#pragma once

#include "core/policy/call_frame.hpp"

#include <cstddef>
#include <memory>

namespace interlock {

// The calls that a task is within, though their frames are on another task's stack. A copy, because
// the task may outlive them: it keeps its place in the chain, and so its way into a group's lock,
// but it holds none of those calls up.
class Lineage {
  public:
    // `from` is the innermost of them; none for a task that is within no call.
    explicit Lineage(const CallFrame* from) : frames_(new CallFrame[count(from) + 1]) {
        std::size_t size = 1;
        CallFrame* last = &frames_[0];
        for (; from != nullptr; from = from->parent) {
            if (from->id) {
                CallFrame* const copy = &frames_[size++];
                *copy = {.id = from->id, .parent = nullptr, .job = from->job};
                last->parent = copy;
                last = copy;
            }
        }
    }

    // The frame of no id that the task is in at first; what it calls from there is within all of
    // the copied calls.
    [[nodiscard]] const CallFrame* mark() const noexcept { return &frames_[0]; }

  private:
    static std::size_t count(const CallFrame* from) noexcept {
        std::size_t calls = 0;
        for (; from != nullptr; from = from->parent) {
            calls += from->id ? 1 : 0;
        }
        return calls;
    }

    // NOLINTNEXTLINE(*-avoid-c-arrays): frames point at each other; they stay.
    std::unique_ptr<CallFrame[]> frames_;
};

}  // namespace interlock
