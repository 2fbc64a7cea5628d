// Where the stacks of fibers are: those that are made here, and those that Boost made.
#pragma once

#include "models/scheduler/sanitizer.hpp"

#include <cstddef>
#include <iterator>

#include <boost/fiber/context.hpp>
#include <boost/fiber/fixedsize_stack.hpp>
#include <boost/fiber/protected_fixedsize_stack.hpp>

namespace interlock::models {

// The stack of a fiber that was launched on one of Boost's own: its context lies at the top. A page
// less than all of it, as the top is not known to the byte.
inline Stack default_stack_under(const boost::fibers::context* fiber) noexcept {
    constexpr std::size_t page = 4096;
    std::size_t const size = boost::fibers::default_stack::traits_type::default_size() - page;
    const auto down = static_cast<std::ptrdiff_t>(size);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): only the place matters.
    return {std::prev(reinterpret_cast<const std::byte*>(fiber), down), size};
}

// Allocates one stack, and says where it is.
class Stacks {
  public:
    Stacks(std::size_t bytes, Stack& stack) : stacks_(bytes), stack_(&stack) {}

    boost::context::stack_context allocate() {
        auto context = stacks_.allocate();
        *stack_ = stack_of(context);
        return context;
    }

    void deallocate(boost::context::stack_context& context) noexcept {
        forget_marks(stack_of(context));
        stacks_.deallocate(context);
    }

  private:
    // They grow down from `sp`.
    static Stack stack_of(const boost::context::stack_context& context) noexcept {
        const auto down = static_cast<std::ptrdiff_t>(context.size);
        return {std::prev(static_cast<const std::byte*>(context.sp), down), context.size};
    }

    boost::fibers::protected_fixedsize_stack stacks_;
    Stack* stack_;
};

}  // namespace interlock::models
