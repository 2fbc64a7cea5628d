// Jobs on Boost.Fiber with one scheduler thread: tasks are fibers, nothing is shared with other
// threads, so there is nothing to lock.
#pragma once

#include "core/gate/runtime.hpp"

#include <array>
#include <cstddef>

#include <boost/fiber/context.hpp>

namespace interlock {

struct FiberRuntime {
    // One thread runs all fibers, and they switch only where they wait.
    struct Guard {
        void lock() noexcept {}
        void unlock() noexcept {}
    };

    using Counter = std::uint64_t;

    class Parker {
      public:
        void park(std::unique_lock<Guard>& guard) noexcept;
        void unpark() noexcept;

      private:
        boost::fibers::context* fiber_ = nullptr;  // the one that waits, while it waits
        bool unparked_ = false;
    };

    // Of the running fiber; none outside of all jobs.
    static const CallFrame*& current() {
        boost::fibers::context* const fiber = boost::fibers::context::active();
        const Recent& recent = recently_used[place_of(fiber)];
        return recent.fiber == fiber ? recent.slot->frame : find_current(fiber);
    }

  private:
    struct Slot {
        boost::fibers::context* const fiber;
        const CallFrame* frame = nullptr;

        explicit Slot(boost::fibers::context* owner) noexcept : fiber(owner) {}
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot();
    };

    // Fiber-specific storage costs a map look-up; the fibers that asked last mostly ask again. The
    // slot of a fiber that ends takes itself out, so a later fiber at its address starts afresh.
    struct Recent {
        boost::fibers::context* fiber = nullptr;
        Slot* slot = nullptr;
    };
    static constexpr unsigned recent_bits = 3;

    static std::size_t place_of(boost::fibers::context* fiber) noexcept {
        // The high bits of a product by the golden ratio depend on all bits of the address.
        constexpr std::uint64_t golden = 0x9e3779b97f4a7c15ULL;
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): only its bits matter.
        return (reinterpret_cast<std::uintptr_t>(fiber) * golden) >> (64U - recent_bits);
    }

    static const CallFrame*& find_current(boost::fibers::context* fiber);

    static thread_local constinit std::array<Recent, 1U << recent_bits> recently_used;
};

static_assert(Runtime<FiberRuntime>);

}  // namespace interlock
