#include "core/gate/shared_fiber_runtime.hpp"

#include "core/gate/clock.hpp"

#include <mutex>

#include <boost/fiber/context.hpp>
#include <boost/fiber/fss.hpp>

namespace interlock {

void SharedFiberRuntime::Parker::park() {
    std::unique_lock lock(lock_);
    woken_.wait(lock, [&] { return unparked_; });
}

void SharedFiberRuntime::Parker::park_for(Duration at_most) {
    std::unique_lock lock(lock_);
    woken_.wait_until(lock, system_time_after(at_most), [&] { return unparked_; });
}

void SharedFiberRuntime::Parker::unpark() noexcept {
    std::lock_guard const lock(lock_);
    unparked_ = true;
    woken_.notify_one();
}

const CallFrame*& SharedFiberRuntime::current() {
    // The main fiber of a thread never moves; nor do threads without fibers.
    if (boost::fibers::context::active()->is_context(boost::fibers::type::main_context)) {
        static thread_local const CallFrame* frame = nullptr;
        return frame;
    }
    // Never destroyed: a fiber may end after the static objects did.
    static auto& frames = *new boost::fibers::fiber_specific_ptr<const CallFrame*>;
    if (frames.get() == nullptr) {
        frames.reset(new const CallFrame*(nullptr));
    }
    return *frames;
}

}  // namespace interlock
