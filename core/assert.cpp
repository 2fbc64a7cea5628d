#include "core/assert.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace interlock {

namespace {

void print_and_abort(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "interlock: assertion failed: %s (%s:%d)\n", expression, file, line);
    std::abort();
}

std::atomic<AssertionHandler> installed{&print_and_abort};

}  // namespace

AssertionHandler set_assertion_handler(AssertionHandler handler) noexcept {
    return installed.exchange(handler);
}

void assertion_failed(const char* expression, const char* file, int line) {
    installed.load()(expression, file, line);
}

}  // namespace interlock
