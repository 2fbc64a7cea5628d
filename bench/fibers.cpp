#include "bench/fibers.hpp"

#include <cstddef>
#include <memory>
#include <utility>

#include <boost/fiber/context.hpp>
#include <boost/fiber/fixedsize_stack.hpp>
#include <boost/fiber/operations.hpp>

namespace interlock::bench {

namespace {

constexpr std::size_t stack_bytes = std::size_t{16} * 1024;

}  // namespace

void Turns::check(benchmark::State& state) const {
    if (repeats_ != 0) {
        state.SkipWithError("a fiber had the lock twice in a row");
    }
}

Crowd::Crowd(std::int64_t count, std::function<void()> pass) : pass_(std::move(pass)) {
    for (std::int64_t i = 0; i < count; ++i) {
        fibers_.emplace_back(
            boost::fibers::launch::dispatch,
            std::allocator_arg,
            boost::fibers::fixedsize_stack(stack_bytes),
            [this] { live(); }
        );
    }
}

Crowd::~Crowd() {
    is_over_ = true;
    for (boost::fibers::context* const fiber : parked_) {
        boost::fibers::context::active()->schedule(fiber);
    }
    for (boost::fibers::fiber& fiber : fibers_) {
        fiber.join();
    }
}

void Crowd::gather() {
    left_ = static_cast<std::int64_t>(parked_.size());
    for (boost::fibers::context* const fiber : parked_) {
        boost::fibers::context::active()->schedule(fiber);
    }
    parked_.clear();
    boost::this_fiber::yield();  // first come first served: all of them come before this one
}

void Crowd::wait_until_passed() {
    main_ = boost::fibers::context::active();
    while (left_ != 0) {
        main_->suspend();
    }
}

void Crowd::live() {
    boost::fibers::context* const self = boost::fibers::context::active();
    while (true) {
        parked_.push_back(self);
        self->suspend();
        if (is_over_) {
            return;
        }
        pass_();
        if (--left_ == 0) {
            self->schedule(main_);
        }
    }
}

}  // namespace interlock::bench
