// The counts of real jobs in the text that a Prometheus server reads.
#include "core/job/prometheus.hpp"

#include "core/fiber.hpp"
#include "tests/manual_clock.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// The family called interlock_job_`name`, with its head.
std::string family_of(const std::string& text, const std::string& name) {
    const auto begin = text.find("# HELP interlock_job_" + name + " ");
    return begin == std::string::npos ? name + " is not there"
                                      : text.substr(begin, text.find("# HELP", begin + 1) - begin);
}

TEST(PrometheusText, IsEmptyWhenNoJobWasCalled) {
    EXPECT_EQ(prometheus_text(Counters().snapshot()), "");
}

TEST(PrometheusText, IsThisOfOneCallThatRunsAndOneThatIsBusy) {
    ManualClock clock;
    Counters counters(clock, {1ms, 2500ms});
    fiber::JobRegistry registry(clock, &counters);
    const Policy policy{.concurrency = Concurrency::reject};
    auto job = decorate(registry, "refresh", policy, [](const auto& inner) { inner(); });
    job([&] {
        clock.advance(1500ms);
        EXPECT_FALSE(job.call([] {}).ran());
    });
    EXPECT_EQ(
        prometheus_text(counters.snapshot()),
        R"(# HELP interlock_job_arrived_total Calls made.
# TYPE interlock_job_arrived_total counter
interlock_job_arrived_total{name="refresh"} 2
# HELP interlock_job_queued_total Calls that had to wait for the lock.
# TYPE interlock_job_queued_total counter
interlock_job_queued_total{name="refresh"} 0
# HELP interlock_job_admitted_total Calls that got the lock.
# TYPE interlock_job_admitted_total counter
interlock_job_admitted_total{name="refresh"} 1
# HELP interlock_job_started_total Calls whose body began.
# TYPE interlock_job_started_total counter
interlock_job_started_total{name="refresh"} 1
# HELP interlock_job_finished_total Calls whose body ended.
# TYPE interlock_job_finished_total counter
interlock_job_finished_total{name="refresh",outcome="ran"} 1
interlock_job_finished_total{name="refresh",outcome="failed"} 0
interlock_job_finished_total{name="refresh",outcome="cancelled"} 0
# HELP interlock_job_refused_total Calls that were turned away.
# TYPE interlock_job_refused_total counter
interlock_job_refused_total{name="refresh",reason="busy"} 1
interlock_job_refused_total{name="refresh",reason="queue_full"} 0
interlock_job_refused_total{name="refresh",reason="replaced"} 0
interlock_job_refused_total{name="refresh",reason="shut_down"} 0
interlock_job_refused_total{name="refresh",reason="too_many_keys"} 0
interlock_job_refused_total{name="refresh",reason="throttled"} 0
interlock_job_refused_total{name="refresh",reason="rate_limited"} 0
interlock_job_refused_total{name="refresh",reason="condition_failed"} 0
interlock_job_refused_total{name="refresh",reason="timed_out"} 0
interlock_job_refused_total{name="refresh",reason="too_late"} 0
interlock_job_refused_total{name="refresh",reason="would_deadlock"} 0
# HELP interlock_job_would_refuse_total Refusals that a dry run only told.
# TYPE interlock_job_would_refuse_total counter
interlock_job_would_refuse_total{name="refresh",reason="busy"} 0
interlock_job_would_refuse_total{name="refresh",reason="queue_full"} 0
interlock_job_would_refuse_total{name="refresh",reason="replaced"} 0
interlock_job_would_refuse_total{name="refresh",reason="shut_down"} 0
interlock_job_would_refuse_total{name="refresh",reason="too_many_keys"} 0
interlock_job_would_refuse_total{name="refresh",reason="throttled"} 0
interlock_job_would_refuse_total{name="refresh",reason="rate_limited"} 0
interlock_job_would_refuse_total{name="refresh",reason="condition_failed"} 0
interlock_job_would_refuse_total{name="refresh",reason="timed_out"} 0
interlock_job_would_refuse_total{name="refresh",reason="too_late"} 0
interlock_job_would_refuse_total{name="refresh",reason="would_deadlock"} 0
# HELP interlock_job_cancelled_waiting_total Calls that were stopped while they waited.
# TYPE interlock_job_cancelled_waiting_total counter
interlock_job_cancelled_waiting_total{name="refresh"} 0
# HELP interlock_job_waiting Calls that wait now.
# TYPE interlock_job_waiting gauge
interlock_job_waiting{name="refresh"} 0
# HELP interlock_job_running Calls whose body runs now.
# TYPE interlock_job_running gauge
interlock_job_running{name="refresh"} 0
# HELP interlock_job_waiting_seconds How long calls waited for the lock.
# TYPE interlock_job_waiting_seconds histogram
interlock_job_waiting_seconds_bucket{name="refresh",le="0.001"} 0
interlock_job_waiting_seconds_bucket{name="refresh",le="2.5"} 0
interlock_job_waiting_seconds_bucket{name="refresh",le="+Inf"} 0
interlock_job_waiting_seconds_sum{name="refresh"} 0
interlock_job_waiting_seconds_count{name="refresh"} 0
# HELP interlock_job_running_seconds How long bodies ran.
# TYPE interlock_job_running_seconds histogram
interlock_job_running_seconds_bucket{name="refresh",le="0.001"} 0
interlock_job_running_seconds_bucket{name="refresh",le="2.5"} 1
interlock_job_running_seconds_bucket{name="refresh",le="+Inf"} 1
interlock_job_running_seconds_sum{name="refresh"} 1.5
interlock_job_running_seconds_count{name="refresh"} 1
)"
    );
}

TEST(PrometheusText, CountsInABucketWhatIsInThoseBelowIt) {
    JobCounts job{.job = "job", .running_time = Histogram({1s, 2s})};
    for (const Duration duration : {1s, 2s, 2s, 5s}) {
        job.running_time.record(duration);
    }
    EXPECT_EQ(
        family_of(prometheus_text({job}), "running_seconds"),
        R"(# HELP interlock_job_running_seconds How long bodies ran.
# TYPE interlock_job_running_seconds histogram
interlock_job_running_seconds_bucket{name="job",le="1"} 1
interlock_job_running_seconds_bucket{name="job",le="2"} 3
interlock_job_running_seconds_bucket{name="job",le="+Inf"} 4
interlock_job_running_seconds_sum{name="job"} 10
interlock_job_running_seconds_count{name="job"} 4
)"
    );
}

TEST(PrometheusText, HasTheSamplesOfAllJobsUnderOneHead) {
    EXPECT_EQ(
        family_of(
            prometheus_text({{.job = "a", .waiting = 1}, {.job = "b", .waiting = 2}}), "waiting"
        ),
        R"(# HELP interlock_job_waiting Calls that wait now.
# TYPE interlock_job_waiting gauge
interlock_job_waiting{name="a"} 1
interlock_job_waiting{name="b"} 2
)"
    );
}

TEST(PrometheusText, EscapesTheNamesOfJobs) {
    EXPECT_THAT(
        prometheus_text({{.job = "a\\b\"c\nd{e}"}}),
        HasSubstr(R"(interlock_job_arrived_total{name="a\\b\"c\nd{e}"} 0)")
    );
}

}  // namespace
}  // namespace interlock
