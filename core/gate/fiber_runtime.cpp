#include "core/gate/fiber_runtime.hpp"

#include <boost/fiber/fss.hpp>

namespace interlock {

thread_local constinit std::array<FiberRuntime::Recent, 1U << FiberRuntime::recent_bits>
    FiberRuntime::recently_used{};

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
    Recent& recent = recently_used[place_of(fiber)];
    if (recent.slot == this) {
        recent = {};
    }
}

const CallFrame*& FiberRuntime::find_current(boost::fibers::context* fiber) {
    // Never destroyed: a fiber may end after the static objects did.
    static auto& slots = *new boost::fibers::fiber_specific_ptr<Slot>;
    Slot* slot = nullptr;
    if (fiber->is_context(boost::fibers::type::main_context)) {
        thread_local Slot slot_of_thread(fiber);  // the main fiber is there as long as its thread
        slot = &slot_of_thread;
    } else {
        slot = slots.get();
        if (slot == nullptr) {
            slot = new Slot(fiber);
            slots.reset(slot);
        }
    }
    recently_used[place_of(fiber)] = {fiber, slot};
    return slot->frame;
}

}  // namespace interlock
