// A call in progress and the call it was made from: the chain by which re-entry is decided.
#pragma once

#include <cstdint>

namespace interlock {

// Identifies one call of one job within a registry. 0 is no call.
struct CallId {
    std::uint64_t value = 0;

    constexpr explicit operator bool() const noexcept { return value != 0; }
    friend constexpr bool operator==(CallId, CallId) = default;
};

// Lives on the stack of the call it stands for; `parent` is the frame of the job that made it.
struct CallFrame {
    CallId id;
    const CallFrame* parent = nullptr;

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

}  // namespace interlock
