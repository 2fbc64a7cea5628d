// The deprecated single option, and what each of its values means in today's two.
#pragma once

#include "core/policy/policy.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace interlock {

enum class ExecutionLimit : std::uint8_t {
    once,
    single_wait,
    throttle,
    throttle_wait,
    throttle_rate_limit,
    group_once,
    group_wait,
    group_throttle,
    group_throttle_wait,
    group_throttle_rate_limit,
};

struct PolicyModes {
    Concurrency concurrency = Concurrency::none;
    Throttle throttle = Throttle::none;

    friend bool operator==(const PolicyModes&, const PolicyModes&) = default;
};

// The modes that behave as `limit` did. In particular `group_throttle_wait` always queued on the
// job's own lock and shared only its throttle with the group: it is (queue, group_throttle).
PolicyModes modes_of(ExecutionLimit limit) noexcept;

std::string_view name_of(ExecutionLimit limit) noexcept;

// The value spelled `name`, or nothing.
std::optional<ExecutionLimit> execution_limit_named(std::string_view name) noexcept;

// `policy` with the modes of `limit`. Giving both a limit and a mode is a contradiction: then
// nothing is returned and `problem` says so.
std::optional<Policy> with_limit(
    std::string_view job, Policy policy, ExecutionLimit limit, std::string& problem
);

}  // namespace interlock
