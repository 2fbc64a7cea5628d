// What is printed of events, one line each, and who hears them.
#include "core/job/log_line.hpp"

#include "core/fiber.hpp"
#include "core/job/observers.hpp"
#include "core/job/seconds.hpp"
#include "tests/manual_clock.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(LogLine, HasWhatTheEventHas) {
    const JobLabel job{JobId{1}, "refresh"};
    const GroupLabel group{GroupId{1}, "core"};
    EXPECT_EQ(
        log_line(
            {.kind = EventKind::refused,
             .reason = Reason::busy,
             .is_dry = true,
             .job = &job,
             .group = &group,
             .call = CallId{7},
             .parent = CallId{3},
             .holder = CallId{5},
             .retry_after = 1500ms}
        ),
        "event=refused job=refresh group=core call=7 parent=3 reason=busy holder=5 "
        "retry_after=1.5s dry_run=true"
    );
    EXPECT_EQ(
        log_line({.kind = EventKind::granted, .group = &group, .call = CallId{8}}),
        "event=granted group=core call=8"
    );
}

TEST(LogLine, QuotesNamesThatWouldBeReadAsSomethingElse) {
    const auto printed = [](const std::string& name) {
        JobLabel const job{JobId{1}, name};
        return log_line({.kind = EventKind::arrived, .job = &job});
    };
    EXPECT_EQ(printed("a.b-c/d"), "event=arrived job=a.b-c/d");
    EXPECT_EQ(printed("größe"), "event=arrived job=größe");
    EXPECT_EQ(printed(""), R"(event=arrived job="")");
    EXPECT_EQ(printed("a b"), R"(event=arrived job="a b")");
    EXPECT_EQ(printed("a=b"), R"(event=arrived job="a=b")");
    EXPECT_EQ(printed(R"(a\"b)"), R"(event=arrived job="a\\\"b")");
    EXPECT_EQ(printed("a\r\n\tb\x1b"), R"(event=arrived job="a\r\n\tb\u001b")");
}

// The lines of an application's events.
struct Log {
    std::vector<std::string> lines;
    LogObserver observer{[this](std::string_view line) { lines.emplace_back(line); }};
};

TEST(LogObserver, TellsTheStoryOfACall) {
    const ManualClock clock;
    Log log;
    fiber::JobRegistry registry(clock, &log.observer);
    fiber::JobGroup const core(registry, "core");
    const Policy policy{.concurrency = Concurrency::group_queue};
    auto outer = decorate(registry, "outer", policy, [](const auto& inner) { inner(); });
    auto inner = decorate(
        registry,
        "inner",
        {.concurrency = Concurrency::reject,
         .throttle = Throttle::rate_limit,
         .period = 1500ms,
         .max_calls = 1},
        [] {}
    );
    outer.on(core)([&] {
        EXPECT_TRUE(inner.call().ran());
        EXPECT_EQ(inner.call().status(), Status::rate_limited);
    });
    EXPECT_THAT(
        log.lines,
        ElementsAre(
            "event=arrived job=outer group=core call=1",
            "event=admitted job=outer group=core call=1",
            "event=started job=outer group=core call=1",
            "event=arrived job=inner call=2 parent=1",
            "event=admitted job=inner call=2 parent=1",
            "event=started job=inner call=2 parent=1",
            "event=finished job=inner call=2 parent=1 how=ran",
            "event=released job=inner call=2 parent=1",
            "event=arrived job=inner call=3 parent=1",
            "event=admitted job=inner call=3 parent=1",
            "event=refused job=inner call=3 parent=1 reason=rate_limited retry_after=1.5s",
            "event=released job=inner call=3 parent=1",
            "event=finished job=outer group=core call=1 how=ran",
            "event=released job=outer group=core call=1"
        )
    );
}

TEST(LogObserver, TellsTheStoryOfAWait) {
    const ManualClock clock;
    Log log;
    fiber::JobRegistry registry(clock, &log.observer);
    fiber::JobGroup const core(registry, "core");
    const Policy queue{.concurrency = Concurrency::group_queue};
    auto holder = decorate(registry, "holder", queue, [] { boost::this_fiber::yield(); });
    auto waiter = decorate(registry, "waiter", queue, [] {});
    boost::fibers::fiber first([&] { holder.on(core)(); });
    boost::fibers::fiber second([&] { waiter.on(core)(); });
    first.join();
    second.join();
    EXPECT_THAT(
        log.lines,
        ElementsAre(
            "event=arrived job=holder group=core call=1",
            "event=admitted job=holder group=core call=1",
            "event=started job=holder group=core call=1",
            "event=arrived job=waiter group=core call=2",
            "event=queued job=waiter group=core call=2",
            "event=finished job=holder group=core call=1 how=ran",
            "event=released job=holder group=core call=1",
            "event=granted group=core call=2",  // of the waiter, the holder knows the call only
            "event=admitted job=waiter group=core call=2",
            "event=started job=waiter group=core call=2",
            "event=finished job=waiter group=core call=2 how=ran",
            "event=released job=waiter group=core call=2"
        )
    );
}

TEST(LogObserver, PassesOnWhatTheFilterLetsThrough) {
    std::vector<std::string> lines;
    LogObserver observer(
        [&](std::string_view line) { lines.emplace_back(line); },
        [](const Event& event) { return event.kind == EventKind::refused; }
    );
    fiber::JobRegistry registry(SteadyClock::instance(), &observer);
    auto job = decorate(registry, "job", {.concurrency = Concurrency::reject}, [](auto&& inner) {
        inner();
    });
    job([&] { EXPECT_EQ(job.call([] {}).status(), Status::rejected); });
    EXPECT_THAT(lines, ElementsAre("event=refused job=job call=2 parent=1 reason=busy holder=1"));
}

TEST(LogObserver, LosesTheLineRatherThanTheCallWhenTheSinkThrows) {
    LogObserver observer([](std::string_view) { throw std::runtime_error("disk full"); });
    fiber::JobRegistry registry(SteadyClock::instance(), &observer);
    auto job = decorate(registry, "job", {}, [] { return 42; });
    EXPECT_EQ(job(), 42);
    EXPECT_EQ(observer.lost(), 3U);  // arrived, started, finished
}

TEST(Observers, AllHearEachEventInTheirOrder) {
    std::vector<std::string> heard;
    LogObserver first([&](std::string_view line) { heard.push_back("1 " + std::string(line)); });
    LogObserver second([&](std::string_view line) { heard.push_back("2 " + std::string(line)); });
    Observers both({first, second});
    fiber::JobRegistry registry(SteadyClock::instance(), &both);
    auto job = decorate(registry, "job", {}, [] {});
    job();
    EXPECT_THAT(
        heard,
        ElementsAre(
            "1 event=arrived job=job call=1",
            "2 event=arrived job=job call=1",
            "1 event=started job=job call=1",
            "2 event=started job=job call=1",
            "1 event=finished job=job call=1 how=ran",
            "2 event=finished job=job call=1 how=ran"
        )
    );
}

TEST(SecondsText, IsExactAndShort) {
    EXPECT_EQ(seconds_text(0s), "0");
    EXPECT_EQ(seconds_text(100s), "100");
    EXPECT_EQ(seconds_text(1500ms), "1.5");
    EXPECT_EQ(seconds_text(100us), "0.0001");
    EXPECT_EQ(seconds_text(1ns), "0.000000001");
    EXPECT_EQ(seconds_text(-1500ms), "-1.5");
    EXPECT_EQ(seconds_text(Duration::max()), "9223372036.854775807");
    EXPECT_EQ(seconds_text(Duration::min()), "-9223372036.854775808");
}

}  // namespace
}  // namespace interlock
