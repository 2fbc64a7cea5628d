// Events in print, one line each, and the observer that prints them.
#pragma once

#include "core/job/observer.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace interlock {

// `key=value` for what the event has, in this order, without the end of the line:
//     event=refused job=refresh group=core call=7 parent=3 reason=busy holder=5
//     event=refused job=sync call=9 reason=rate_limited retry_after=1.5s dry_run=true
//     event=finished job=refresh group=core call=5 how=ran
// dry_run says that the call runs all the same. A name that is empty or has white space, an equals
// sign, a quote, a backslash or a control character in it is in quotes, and escaped as in JSON, so
// that it is on one line whatever it is.
std::string log_line(const Event& event);

// Hands the line of each event to a sink. The core knows no logger; to hand lines to spdlog or fmt:
//     LogObserver log([](std::string_view line) { spdlog::info("{}", line); });
//     LogObserver log([](std::string_view line) { fmt::print(stderr, "{}\n", line); });
// The "{}" is needed: names of jobs may have braces in them.
//
// The sink is called in the task that does what the line says, from several threads at once if
// calls are made on several, which spdlog's `_mt` sinks are made for. As for every observer, it
// must not wait or call jobs: an asynchronous logger is to overrun when it is full, not to block.
// The line is gone when it returns.
class LogObserver final : public Observer {
  public:
    using Sink = std::function<void(std::string_view line)>;
    using Filter = std::function<bool(const Event&)>;

    // Without a filter every event has its line, also those of calls that just run; with one, those
    // that it returns true for:
    //     LogObserver log(sink, [](const Event& e) { return e.kind == EventKind::refused; });
    explicit LogObserver(Sink sink, Filter filter = {}) noexcept;

    void on_event(const Event& event) noexcept override;

    // How many lines were lost because the sink or the filter threw, or memory was out: a call must
    // not fail because its log does.
    [[nodiscard]] std::uint64_t lost() const noexcept {
        return lost_.load(std::memory_order_relaxed);
    }

  private:
    const Sink sink_;
    const Filter filter_;
    std::atomic<std::uint64_t> lost_ = 0;
};

}  // namespace interlock
