// Says in words what traces and findings mean, for somebody who has never seen the code.
#pragma once

#include "models/scenario/program.hpp"
#include "models/trace/verdict.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace interlock::ci {

// A scenario and what its numbers mean.
struct Context {
    const models::Program& program;
    std::string_view file;
};

// "first.0": the call's label; the task's name for a mutex.
std::string label_of(const Context& context, const models::Trace& trace, std::uint32_t call);

// What the task does in the event: "waits for the lock of group core".
std::string phrase_of(
    const Context& context, const models::Trace& trace, const models::TraceEvent& event
);

// One sentence that says what is wrong.
std::string message_of(const Context& context, const models::Violation& violation);

// What is left at the end, one sentence each: who waits for ever, for what and for whom; which lock
// was leaked, by which call, where it was made and when it was admitted.
std::vector<std::string> end_of(const Context& context, const models::Trace& trace);

// `text` in lines of at most 100 columns, each indented and ended.
std::string wrapped(std::string_view text, std::size_t indent = 0);

}  // namespace interlock::ci
