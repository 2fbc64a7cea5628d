// Tells the address sanitizer, where it is on, which stack the thread is about to use: otherwise an
// exception on a fiber's stack leaves its marks behind, and they are found as errors later.
#pragma once

#include <cstddef>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

namespace interlock::models {

struct Stack {
    const void* bottom = nullptr;
    std::size_t size = 0;
    void* fake = nullptr;  // the sanitizer's own, while something else runs
};

// Takes the marks off a stack that goes away. Boost unwinds what a fiber that has ended left on it,
// from elsewhere, so the sanitizer looks for them in the wrong place; and the next stack may lie
// where this one did.
inline void forget_marks([[maybe_unused]] const Stack& stack) noexcept {
#ifdef __SANITIZE_ADDRESS__
    __asan_unpoison_memory_region(stack.bottom, stack.size);
#endif
}

class StackSwitches {
  public:
    // The thread goes from `from`'s stack to `to`'s next.
    void announce([[maybe_unused]] Stack& from, [[maybe_unused]] Stack& to) noexcept {
#ifdef __SANITIZE_ADDRESS__
        arrived();
        __sanitizer_start_switch_fiber(&from.fake, to.bottom, to.size);
        left_ = &from;
        coming_ = &to;
#endif
    }

    // It is where it was announced to go. What was not known of the stack that it left, the
    // sanitizer knows.
    void arrived() noexcept {
#ifdef __SANITIZE_ADDRESS__
        if (coming_ != nullptr) {
            __sanitizer_finish_switch_fiber(coming_->fake, &left_->bottom, &left_->size);
            coming_ = nullptr;
        }
#endif
    }

  private:
    [[maybe_unused]] Stack* left_ = nullptr;
    [[maybe_unused]] Stack* coming_ = nullptr;
};

}  // namespace interlock::models
