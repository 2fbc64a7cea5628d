#include "core/gate/fiber_runtime.hpp"

#include <boost/fiber/fss.hpp>

namespace interlock {

thread_local constinit FiberRuntime::LastUsed FiberRuntime::last_used{};

void FiberRuntime::Parker::park(std::unique_lock<Guard>& /*guard*/) noexcept {
    boost::fibers::context* const active = boost::fibers::context::active();
    while (!unparked_) {
        fiber_ = active;
        active->suspend();
    }
    unparked_ = false;
}

void FiberRuntime::Parker::unpark() noexcept {
    unparked_ = true;
    if (fiber_ != nullptr) {
        boost::fibers::context* const waiting = fiber_;
        fiber_ = nullptr;  // wakes once, however often it is called
        boost::fibers::context::active()->schedule(waiting);
    }
}

FiberRuntime::Slot::~Slot() {
    if (last_used.slot == this) {
        last_used = {};
    }
}

CallFrame const*& FiberRuntime::find_current() {
    // Never destroyed: a fiber may end after the static objects did.
    static auto& slots = *new boost::fibers::fiber_specific_ptr<Slot>;
    Slot* slot = slots.get();
    if (slot == nullptr) {
        slot = new Slot;
        slots.reset(slot);
    }
    last_used = {boost::fibers::context::active(), slot};
    return slot->frame;
}

}  // namespace interlock
