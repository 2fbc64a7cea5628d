// Every property is able to fail: good executions are tampered with, one lie at a time.
#include "models/scenario/world.hpp"
#include "tests/scenarios.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace interlock::properties {
namespace {

using models::EventKind;
using models::Finding;
using models::Property;
using models::Trace;
using models::TraceEvent;

// Two tasks on one queue, then two on one throttled group; a good execution of each to start from.
constexpr const char* queue_yaml =
    "jobs: {j: {concurrency: queue}}\ntasks: {a: [{call: j}], b: [{call: j}]}";
constexpr const char* group_yaml =
    "groups: [g]\n"
    "jobs: {j: {concurrency: group_queue, throttle: group_throttle, period: 10s}}\n"
    "tasks: {a: [{call: j@g, body: [work]}], b: [{sleep: 10s}, {call: j@g}]}";

class Tampering : public testing::Test {
  protected:
    // The first execution in which every event of `needed` happens.
    void start(const char* yaml, const std::vector<EventKind>& needed = {}) {
        program_ = test::program_of(yaml);
        Monitors monitors(program_);
        bool is_found = false;
        test::OnTrace each(monitors, [&](const Trace& trace) {
            bool const has_all = std::all_of(needed.begin(), needed.end(), [&](EventKind kind) {
                return std::any_of(trace.events.begin(), trace.events.end(), [&](auto const& e) {
                    return e.kind == kind;
                });
            });
            if (has_all && !is_found) {
                is_found = true;
                trace_ = trace;
            }
        });
        models::check(program_, each, {.stop = models::Stop::never});
        ASSERT_TRUE(is_found);
        EXPECT_TRUE(found().empty());
    }

    std::vector<Property> found() {
        Monitors monitors(program_);
        std::vector<Finding> findings;
        monitors.judge(trace_, findings);
        std::vector<Property> properties;
        properties.reserve(findings.size());
        for (const Finding& finding : findings) {
            properties.push_back(finding.property);
        }
        return properties;
    }

    bool finds(Property property) {
        const auto all = found();
        return std::find(all.begin(), all.end(), property) != all.end();
    }

    TraceEvent& event(EventKind kind, std::uint32_t call = 0) {
        return *std::find_if(trace_.events.begin(), trace_.events.end(), [&](const auto& e) {
            return e.kind == kind && (call == 0 || e.call == call);
        });
    }

    void erase(EventKind kind, std::uint32_t call = 0) {
        const TraceEvent& found = event(kind, call);
        trace_.events.erase(trace_.events.begin() + (&found - trace_.events.data()));
    }

    models::Program program_;
    Trace trace_;
};

TEST_F(Tampering, ATaskThatWaitsForEverIsADeadlock) {
    start(queue_yaml);
    trace_.ending = models::Ending::deadlock;
    trace_.unfinished = 1;
    EXPECT_TRUE(finds(Property::deadlock));
}

TEST_F(Tampering, ALockThatIsNotGivenBackIsALeak) {
    start(queue_yaml);
    erase(EventKind::released, 2);
    EXPECT_TRUE(finds(Property::leak));
}

TEST_F(Tampering, ALockThatIsStillHeldAtTheEndIsALeak) {
    start(queue_yaml);
    TraceEvent held = event(EventKind::released, 2);
    held.kind = EventKind::still_held;
    trace_.events.push_back(held);
    EXPECT_TRUE(finds(Property::leak));
}

TEST_F(Tampering, TwoHoldersViolateMutualExclusion) {
    start(queue_yaml, {EventKind::queued});
    // The waiter is told that it is admitted while the other is still in its body.
    TraceEvent admitted = event(EventKind::admitted, 2);
    erase(EventKind::granted, 2);
    erase(EventKind::admitted, 2);
    const TraceEvent& queued = event(EventKind::queued, 2);
    trace_.events.insert(trace_.events.begin() + (&queued - trace_.events.data()) + 1, admitted);
    EXPECT_TRUE(finds(Property::mutual_exclusion));
}

TEST_F(Tampering, OvertakingViolatesFifo) {
    start(
        "jobs: {j: {concurrency: queue}}\n"
        "tasks: {a: [{call: j, body: [work, work, work]}], b: [{call: j}], c: [{call: j}]}"
    );
    // Both wait; the grants are swapped by renaming the waiters from there on.
    models::Program const program = program_;
    Monitors monitors(program_);
    Trace both_wait;
    test::OnTrace each(monitors, [&](const Trace& trace) {
        auto const waiting = std::count_if(trace.events.begin(), trace.events.end(), [](auto& e) {
            return e.kind == EventKind::queued;
        });
        if (waiting == 2 && both_wait.events.empty()) {
            both_wait = trace;
        }
    });
    models::check(program_, each, {.stop = models::Stop::never});
    trace_ = both_wait;
    const auto first_grant =
        std::find_if(trace_.events.begin(), trace_.events.end(), [](const TraceEvent& e) {
            return e.kind == EventKind::granted;
        });
    ASSERT_NE(first_grant, trace_.events.end());
    for (auto at = first_grant; at != trace_.events.end(); ++at) {
        if (at->call == 2 || at->call == 3) {
            at->call = 5 - at->call;
        }
    }
    EXPECT_TRUE(finds(Property::fifo));
}

TEST_F(Tampering, ARejectingCallThatWaitsIsFound) {
    start(queue_yaml, {EventKind::queued});
    program_.jobs[0].policy.concurrency = Concurrency::reject;
    EXPECT_TRUE(finds(Property::reject_waits));
}

TEST_F(Tampering, ARefusalByAFreeLockIsUnjustified) {
    start("jobs: {j: {concurrency: reject}}\ntasks: {a: [{call: j, catch: true}]}");
    trace_.events = {event(EventKind::arrived), event(EventKind::admitted)};
    trace_.events[1].kind = EventKind::rejected;
    trace_.outcomes[0] = models::code_of(Status::rejected);
    EXPECT_EQ(found(), std::vector{Property::unjustified_refusal});
}

TEST_F(Tampering, ASkipAfterThePeriodIsUnjustified) {
    start(group_yaml);
    program_.jobs[0].policy.period = std::chrono::seconds(20);
    EXPECT_TRUE(finds(Property::throttle_spacing));
    program_.jobs[0].policy.period = std::chrono::seconds(10);
    event(EventKind::started, 2).kind = EventKind::throttled;
    EXPECT_TRUE(finds(Property::unjustified_refusal));
}

TEST_F(Tampering, AStartWithinThePeriodViolatesThrottleSpacing) {
    start(group_yaml);
    event(EventKind::started, 2).at_ns -= 1;  // the first nanosecond that is too soon
    EXPECT_EQ(found(), std::vector{Property::throttle_spacing});
}

TEST_F(Tampering, OneStartTooManyViolatesTheRateLimit) {
    start(
        "jobs: {j: {throttle: rate_limit, period: 10s, max_calls: 2}}\n"
        "tasks: {a: [{call: j}, {call: j}]}"
    );
    program_.jobs[0].policy.max_calls = 1;
    EXPECT_EQ(found(), std::vector{Property::rate_limit});
}

TEST_F(Tampering, ANestedCallThatWaitsForItsOwnGroupIsFound) {
    start(
        "groups: [g]\njobs: {j: {concurrency: group_queue}}\n"
        "tasks: {a: [{call: j@g, body: [{call: j@g, body: []}]}]}"
    );
    TraceEvent queued = event(EventKind::admitted, 2);
    queued.kind = EventKind::queued;
    const TraceEvent& admitted = event(EventKind::admitted, 2);
    trace_.events.insert(trace_.events.begin() + (&admitted - trace_.events.data()), queued);
    EXPECT_EQ(found(), std::vector{Property::reentry});
}

TEST_F(Tampering, AnotherResultThanTheBodysIsLost) {
    start(queue_yaml);
    trace_.outcomes[0] = models::code_of(Status::failed);
    EXPECT_EQ(found(), std::vector{Property::lost_result});
}

TEST_F(Tampering, ABodyThatStartsTwiceIsFound) {
    start(queue_yaml);
    const TraceEvent started = event(EventKind::started);
    trace_.events.insert(
        trace_.events.begin() + (&event(EventKind::started) - trace_.events.data()), started
    );
    EXPECT_TRUE(finds(Property::record));
}

TEST_F(Tampering, AFailedAssertionIsFound) {
    start(queue_yaml);
    trace_.events.push_back({.kind = EventKind::asserted});
    EXPECT_EQ(found(), std::vector{Property::assertion});
}

}  // namespace
}  // namespace interlock::properties
