// Jobs on Boost.Fiber with several scheduler threads, between which fibers may move (work_stealing,
// shared_work), or with threads that have fibers of their own and share a registry.
#pragma once

#include "core/gate/runtime.hpp"
#include "core/gate/spin_lock.hpp"
#include "core/gate/thread_runtime.hpp"

#include <atomic>

#include <boost/fiber/condition_variable.hpp>
#include <boost/fiber/fiber.hpp>

namespace interlock {

struct SharedFiberRuntime {
    using Primitives = SystemPrimitives;
    using Guard = SpinLock;  // no fiber suspends while it holds one
    static constexpr bool is_parallel = true;
    static constexpr int looks = 0;
    using Count = std::atomic<std::uint32_t>;
    using Thread = boost::fibers::fiber;
    using Counter = ThreadRuntime::Counter;

    class Parker {
      public:
        // The thread has other fibers to run.
        [[nodiscard]] static bool spin() noexcept { return false; }
        void park();
        void park_for(Duration at_most);
        void unpark() noexcept;
        static void expect() noexcept {}

      private:
        SpinLock lock_;  // not a fiber's mutex: unpark() must not suspend, its caller has a guard
        boost::fibers::condition_variable_any woken_;
        bool unparked_ = false;  // guarded by lock_
    };

    // Of the running fiber, on whichever thread; none outside of all jobs.
    static const CallFrame*& current();
};

static_assert(Runtime<SharedFiberRuntime>);

}  // namespace interlock
