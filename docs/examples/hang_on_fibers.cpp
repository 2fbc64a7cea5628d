// A program that hangs on its job locks, as no program should: two jobs take the locks of two
// groups in opposite orders, with detect_deadlock off. It prints the log line of every event, and
// ends when nothing moves any more, so that the log can be given to `interlock reproduce
// --from-log`.
#include "core/job/log_line.hpp"

#include <cstdio>
#include <cstdlib>
#include <interlock/fiber.hpp>
#include <string_view>

#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>

int main() {
    interlock::LogObserver log([](std::string_view line) {
        std::printf(
            "2026-01-01T12:00:00 INFO jobs: %.*s\n", static_cast<int>(line.size()), line.data()
        );
    });
    interlock::fiber::JobRegistry registry(interlock::SteadyClock::instance(), &log);
    const interlock::fiber::JobGroup core(registry, "core");
    const interlock::fiber::JobGroup addons(registry, "add-ons");
    const interlock::Policy policy{
        .concurrency = interlock::Concurrency::group_queue, .detect_deadlock = false};
    auto check = interlock::decorate(registry, "check", policy, [] {});
    auto update = interlock::decorate(registry, "update", policy, [&] {
        boost::this_fiber::yield();
        check.on(addons)();
    });
    auto restart = interlock::decorate(registry, "restart", policy, [&] {
        boost::this_fiber::yield();
        check.on(core)();
    });
    check.on(core)();  // a call that is over, and has nothing to do with it
    boost::fibers::fiber one([&] { update.on(core)(); });
    boost::fibers::fiber other([&] { restart.on(addons)(); });
    for (int turn = 0; turn < 100; ++turn) {
        boost::this_fiber::yield();
    }
    std::fflush(stdout);
    std::_Exit(0);  // neither fiber ever ends
}
