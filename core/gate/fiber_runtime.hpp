// Jobs on Boost.Fiber with one scheduler thread: tasks are fibers, nothing is shared with other
// threads, so there is nothing to lock.
#pragma once

#include "core/gate/runtime.hpp"

#include <array>
#include <cstddef>

#include <boost/fiber/condition_variable.hpp>
#include <boost/fiber/context.hpp>
#include <boost/fiber/fiber.hpp>

namespace interlock {

struct FiberRuntime {
    // One thread runs all fibers, and they switch only where they wait.
    struct Guard {
        void lock() noexcept {}
        void unlock() noexcept {}
    };

    static constexpr bool is_parallel = false;
    static constexpr int looks = 0;
    using Count = std::uint32_t;
    using Thread = boost::fibers::fiber;
    using Counter = std::uint64_t;

    class Parker {
      public:
        // Nobody else runs meanwhile.
        [[nodiscard]] bool spin() const noexcept { return unparked_; }
        void park() noexcept;
        void park_for(Duration at_most);
        void unpark() noexcept;
        void expect() const noexcept;

      private:
        boost::fibers::context* fiber_ = nullptr;                 // in park()
        boost::fibers::condition_variable_any* woken_ = nullptr;  // in park_for()
        bool unparked_ = false;
    };

    // Of the running fiber; none outside of all jobs.
    [[gnu::always_inline]] static const CallFrame*& current() {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): only its bits matter.
        const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
        const Recent& recent = recently_used[(here / page) % recent_max];
        return here - recent.lowest <= recent.extent ? recent.slot->frame : find_current(here);
    }

  private:
    struct Slot {
        const CallFrame* frame = nullptr;

        Slot() = default;
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot();
    };

    // To ask Boost which fiber runs takes as long as a mutex, and fiber-specific storage twice as
    // long. But a fiber is where its stack is: between two places that were seen on the stack of a
    // fiber, less than a page apart, there is no other stack. The slot of a fiber that ends takes
    // itself out, so that a later fiber at its address starts afresh.
    struct alignas(32) Recent {
        std::uintptr_t lowest = 1;  // nothing is here: no place is within an extent of 0 of it
        std::uintptr_t extent = 0;
        Slot* slot = nullptr;
    };
    static constexpr std::uintptr_t page = 4096;
    static constexpr std::size_t recent_max = 8;

    static const CallFrame*& find_current(std::uintptr_t here);

    static thread_local constinit std::array<Recent, recent_max> recently_used;
};

static_assert(Runtime<FiberRuntime>);

}  // namespace interlock
