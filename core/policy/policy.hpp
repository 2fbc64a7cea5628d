// What a user asks for: how many may run, how often they may start. Values only; nothing here
// decides.
#pragma once

#include "core/policy/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace interlock {

// Who may run at the same time.
enum class Concurrency : std::uint8_t {
    none,          // everybody
    reject,        // one per job; the others are refused at once
    queue,         // one per job; the others wait, first come first served
    group_reject,  // one per group (its own nested calls aside); the others are refused at once
    group_queue,   // one per group (its own nested calls aside); the others wait in order
};

// How often a job may start.
enum class Throttle : std::uint8_t {
    none,
    throttle,          // skip while less than `period` has passed since the last start
    rate_limit,        // refuse when `max_calls` starts lie within the last `period`
    group_throttle,    // as throttle, over all jobs of the group together
    group_rate_limit,  // as rate_limit, over all jobs of the group together
};

// What consumes the throttle window.
enum class ThrottleCounts : std::uint8_t {
    start,    // every start, also of a run that fails
    success,  // only runs that succeed, dated by their start
};

// The policy of one job. All 25 combinations of concurrency and throttle are legal.
struct Policy {
    Concurrency concurrency = Concurrency::none;
    Throttle throttle = Throttle::none;
    std::optional<Duration> period = {};            // needed by every throttle; 0 never throttles
    std::optional<std::uint32_t> max_calls = {};    // needed by every rate limit; 0 always refuses
    std::optional<std::uint32_t> max_waiting = {};  // bound of the queue; unset: unbounded
    std::optional<Duration> wait_timeout = {};      // of a wait for the lock; unset: no limit
    // How long a run takes, or so. A call that has a deadline, or a wait_timeout, and would be too
    // late if each of those that wait ahead of it took so long is refused at once. Unset: never.
    std::optional<Duration> service_time = {};
    ThrottleCounts throttle_counts = ThrottleCounts::start;
    // A newer call takes the place of the one of this job that waits, which is refused.
    bool keep_latest = false;
    // Refuse a wait that closes a cycle of waits; else the cycle hangs, as plain locks would.
    bool detect_deadlock = true;
    // Decide and report, but run every call at once: to try a policy out where it must not hurt.
    bool dry_run = false;

    friend bool operator==(const Policy&, const Policy&) = default;

    // Whether they are of the same modes and bound the same things, if by other numbers.
    [[nodiscard]] bool differs_in_numbers_only(const Policy& other) const noexcept {
        return concurrency == other.concurrency && throttle == other.throttle &&
               throttle_counts == other.throttle_counts && keep_latest == other.keep_latest &&
               detect_deadlock == other.detect_deadlock && dry_run == other.dry_run &&
               period.has_value() == other.period.has_value() &&
               max_calls.has_value() == other.max_calls.has_value() &&
               max_waiting.has_value() == other.max_waiting.has_value() &&
               wait_timeout.has_value() == other.wait_timeout.has_value() &&
               service_time.has_value() == other.service_time.has_value();
    }
};

constexpr bool is_group(Concurrency mode) noexcept {
    return mode == Concurrency::group_reject || mode == Concurrency::group_queue;
}

constexpr bool is_group(Throttle mode) noexcept {
    return mode == Throttle::group_throttle || mode == Throttle::group_rate_limit;
}

constexpr bool waits(Concurrency mode) noexcept {
    return mode == Concurrency::queue || mode == Concurrency::group_queue;
}

constexpr bool is_rate_limit(Throttle mode) noexcept {
    return mode == Throttle::rate_limit || mode == Throttle::group_rate_limit;
}

constexpr bool needs_group(const Policy& policy) noexcept {
    return is_group(policy.concurrency) || is_group(policy.throttle);
}

// The enumerator as it is written in code, in scenario files and in messages.
std::string_view name_of(Concurrency mode) noexcept;
std::string_view name_of(Throttle mode) noexcept;
std::string_view name_of(ThrottleCounts counts) noexcept;

// Every reason why `job` cannot have this policy, one sentence each; empty when it can.
std::vector<std::string> problems_of(std::string_view job, const Policy& policy);

// Why `job` cannot be called outside a group; empty when it can.
std::string problem_without_group(std::string_view job, const Policy& policy);

}  // namespace interlock
