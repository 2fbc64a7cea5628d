// A call in progress and the call it was made from: the chain by which re-entry is decided.
#pragma once

#include "core/policy/ids.hpp"

namespace interlock {

struct CallFrame;
struct Wait;

// One that holds a lock, or waits for it. Its frame lives for as long. Aligned, so that it is
// copied as one.
struct alignas(16) Party {
    CallId call;
    const CallFrame* frame = nullptr;
};

// Lives on the stack of the call it stands for; `parent` is the frame of the job that made it. A
// frame of no id marks where a task inherits the chain of the call that started it: what is above
// is a copy, because the task may outlive those calls.
struct CallFrame {
    CallId id{};
    const CallFrame* parent = nullptr;
    mutable Party outer{};  // the next holder of the same lock, outside of this; Admission's own
    const JobLabel* job = nullptr;
    mutable const Wait* blocked_by = nullptr;  // the wait that holds the call up; WaitGraph's own

    // Whether `call` is this call or one that it was made from, however far up.
    [[nodiscard]] constexpr bool descends_from(CallId call) const noexcept {
        for (const CallFrame* frame = this; frame != nullptr; frame = frame->parent) {
            if (frame->id == call) {
                return true;
            }
        }
        return false;
    }
};

// The call that `frame`'s was made from, in whichever task; none at the top.
constexpr CallId parent_of(const CallFrame& frame) noexcept {
    for (const CallFrame* above = frame.parent; above != nullptr; above = above->parent) {
        if (above->id) {
            return above->id;
        }
    }
    return {};
}

}  // namespace interlock
