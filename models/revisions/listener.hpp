// Hears what the reference tells the rest of its system: calls, bus events, log lines, websocket
// messages. Nobody listens while the checker explores.
#pragma once

#include "core/policy/time.hpp"
#include "models/trace/trace.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace interlock::models {

struct PythonError;
struct SupervisorJob;
class Reference;

class Listener {
  public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    virtual ~Listener() = default;

    // How a call came back to its caller.
    struct Return {
        const PythonError* error = nullptr;
        bool is_cancelled = false;
        bool is_none = false;  // not what the body returned
    };

    virtual void on_call(std::uint16_t site) = 0;
    virtual void on_body(std::uint16_t site) = 0;
    // `how` is the type of the exception, or "return".
    virtual void on_body_end(std::uint16_t site, std::string_view how) = 0;
    virtual void on_return(std::uint16_t site, const Return& how) = 0;
    virtual void on_cancel(TaskId task) = 0;
    virtual void on_start(const SupervisorJob& job) = 0;
    virtual void on_end(const SupervisorJob& job) = 0;
    virtual void on_message(const SupervisorJob& job) = 0;
    virtual void on_log(std::string_view level, const std::string& text) = 0;

    // A period that is a function was asked for; `calls` is how many the rate limit remembers, if
    // it has ever remembered any.
    virtual void on_period(
        std::uint16_t job,
        std::optional<TimePoint> last,
        std::optional<std::size_t> calls,
        Duration period
    ) = 0;

    // The execution is over; nothing is unwound yet.
    virtual void on_over(const Reference& reference) = 0;
};

}  // namespace interlock::models
