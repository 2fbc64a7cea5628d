// A user's program that does its own waiting: the decisions alone, without Boost.
#include <chrono>
#include <cstdio>
#include <interlock/policy.hpp>

int main() {
    using namespace interlock;
    Admission lock(Admission::Reentry::none);
    const CallFrame first{.id = CallId{1}};
    const CallFrame second{.id = CallId{2}};
    const bool took_turns =
        lock.request(first, {}) == Admission::Decision::admitted &&
        lock.request(second, {.may_wait = true}) == Admission::Decision::queued &&
        lock.release(first.id) == second.id;

    Throttling starts;
    const Throttling::Limit limit{.mode = Throttle::throttle, .period = std::chrono::seconds(10)};
    const TimePoint now{};
    const bool skipped =
        starts.start(limit, now, true).answer == Throttling::Answer::pass &&
        starts.check(limit, now + std::chrono::seconds(9)).answer ==
            Throttling::Answer::throttled &&
        starts.check(limit, now + std::chrono::seconds(10)).answer == Throttling::Answer::pass;

    std::printf(
        "%s\n%s\n", lock.occupancy().description().c_str(), skipped ? "skipped" : "NOT skipped"
    );
    return took_turns && skipped ? 0 : 1;
}
