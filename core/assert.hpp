// The one assertion: on in every build, because a policy core that is wrong must not go on quietly.
#pragma once

namespace interlock {

// Called with the failed expression and its place. The default prints one line and aborts.
using AssertionHandler = void (*)(const char* expression, const char* file, int line);

// Installs `handler` for the whole process and returns the one before it. A checker installs one
// that records the failure and returns, so that a run that broke the core still yields its trace;
// therefore no assertion in the core may be the only thing between a bug and undefined behaviour.
AssertionHandler set_assertion_handler(AssertionHandler handler) noexcept;

// Calls the installed handler.
void assertion_failed(const char* expression, const char* file, int line);

}  // namespace interlock

#define INTERLOCK_ASSERT(condition)     \
    ((condition) ? static_cast<void>(0) \
                 : ::interlock::assertion_failed(#condition, __FILE__, __LINE__))
