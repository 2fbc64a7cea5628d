// Jobs on Boost.Fiber with one scheduler thread: tasks are fibers, nothing is shared with other
// threads, so there is nothing to lock.
#pragma once

#include "core/gate/runtime.hpp"

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
    static CallFrame const*& current() {
        LastUsed const& last = last_used;
        if (last.slot != nullptr && last.fiber == boost::fibers::context::active()) {
            return last.slot->frame;
        }
        return find_current();
    }

  private:
    struct Slot {
        CallFrame const* frame = nullptr;

        Slot() = default;
        Slot(Slot const&) = delete;
        Slot& operator=(Slot const&) = delete;
        ~Slot();
    };

    // Fiber-specific storage costs a map look-up; the fiber that asked last mostly asks again. The
    // slot of a fiber that ends takes itself out, so a later fiber at its address starts afresh.
    struct LastUsed {
        boost::fibers::context* fiber = nullptr;
        Slot* slot = nullptr;
    };

    static CallFrame const*& find_current();

    static thread_local constinit LastUsed last_used;
};

static_assert(Runtime<FiberRuntime>);

}  // namespace interlock
