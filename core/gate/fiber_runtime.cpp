#include "core/gate/fiber_runtime.hpp"

#include "core/gate/clock.hpp"

#include <algorithm>
#include <cstddef>
#include <mutex>

#include <boost/fiber/fss.hpp>
#include <boost/fiber/scheduler.hpp>

namespace interlock {

namespace {

// Has the fiber, made ready just now, go on as soon as the running one waits. Else the scheduler's
// own fiber has its turn in between, which looks at the clock, at other threads and at what has
// ended: that takes longer than the hand-over. It goes first all the same every so often, and so
// does whoever else is ready; of several that are woken in one turn, only the first goes first.
void put_first(boost::fibers::context& fiber) noexcept {
    using Ready = boost::fibers::scheduler::ready_queue_type;
    constexpr std::uint32_t in_a_row_max = 16;
    thread_local constinit std::uint32_t times = 0;
    thread_local constinit const void* put = nullptr;
    // Of algorithms that have properties, or a queue of another kind, the order is their own.
    if (++times % in_a_row_max == 0 || !fiber.ready_is_linked() ||
        fiber.get_properties() != nullptr) {
        return;
    }
    auto* const place = Ready::s_iterator_to(fiber).pointed_node();
    auto* const end = Ready::node_traits::get_next(place);  // it is the last
    if (Ready::node_traits::get_next(end) != put) {
        Ready::node_algorithms::unlink(place);
        Ready::node_algorithms::link_after(end, place);
        put = place;
    }
}

}  // namespace

thread_local constinit std::array<FiberRuntime::Recent, FiberRuntime::recent_max>
    FiberRuntime::recently_used{};

void FiberRuntime::Parker::park() noexcept {
    boost::fibers::context* const active = boost::fibers::context::active();
    while (!unparked_) {
        fiber_ = active;
        active->suspend();
    }
}

void FiberRuntime::Parker::park_for(Duration at_most) {
    boost::fibers::condition_variable_any woken;
    woken_ = &woken;
    Guard nothing;
    std::unique_lock guard(nothing);
    woken.wait_until(guard, system_time_after(at_most), [&] { return unparked_; });
    woken_ = nullptr;
}

void FiberRuntime::Parker::unpark() noexcept {
    unparked_ = true;
    if (fiber_ != nullptr) {
        boost::fibers::context* const waiting = fiber_;
        fiber_ = nullptr;  // wakes once, however often it is called
        boost::fibers::context::active()->schedule(waiting);
        put_first(*waiting);
    } else if (woken_ != nullptr) {
        woken_->notify_one();
    }
}

// Where many wait, the stack of each is cold when its turn comes, and what it resumes through is
// some twenty cache lines on both sides of its parker: to miss them one by one takes longer than
// all the rest of the turn.
void FiberRuntime::Parker::expect() const noexcept {
    constexpr std::ptrdiff_t line = 64;
    constexpr std::ptrdiff_t lines_below = 8;
    constexpr std::ptrdiff_t lines_above = 16;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): a place, of no type.
    const char* const here = reinterpret_cast<const char*>(this);
#pragma GCC unroll 32
    for (std::ptrdiff_t at = -lines_below; at < lines_above; ++at) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-bounds-pointer-arithmetic): it may be anywhere.
        __builtin_prefetch(here + at * line);
    }
}

FiberRuntime::Slot::~Slot() {
    for (Recent& recent : recently_used) {
        if (recent.slot == this) {
            recent = {};
        }
    }
}

const CallFrame*& FiberRuntime::find_current(std::uintptr_t here) {
    // Never destroyed: a fiber may end after the static objects did.
    static auto& slots = *new boost::fibers::fiber_specific_ptr<Slot>;
    thread_local Slot slot_of_thread;  // of its main fiber, which outlives all others
    Slot* slot = &slot_of_thread;
    if (!boost::fibers::context::active()->is_context(boost::fibers::type::main_context)) {
        slot = slots.get();
        if (slot == nullptr) {
            slot = new Slot;
            slots.reset(slot);
        }
    }
    Recent& recent = recently_used[(here / page) % recent_max];
    if (recent.slot == slot && recent.lowest / page == here / page) {
        const std::uintptr_t highest = std::max(recent.lowest + recent.extent, here);
        recent.lowest = std::min(recent.lowest, here);
        recent.extent = highest - recent.lowest;
    } else {
        recent = {here, 0, slot};
    }
    return slot->frame;
}

}  // namespace interlock
