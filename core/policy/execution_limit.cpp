#include "core/policy/execution_limit.hpp"

#include <array>

namespace interlock {

namespace {

struct Row {
    ExecutionLimit limit;
    std::string_view name;
    PolicyModes modes;
};

constexpr std::array<Row, 10> table{{
    {ExecutionLimit::once, "once", {Concurrency::reject, Throttle::none}},
    {ExecutionLimit::single_wait, "single_wait", {Concurrency::queue, Throttle::none}},
    {ExecutionLimit::throttle, "throttle", {Concurrency::none, Throttle::throttle}},
    {ExecutionLimit::throttle_wait, "throttle_wait", {Concurrency::queue, Throttle::throttle}},
    {ExecutionLimit::throttle_rate_limit,
     "throttle_rate_limit",
     {Concurrency::none, Throttle::rate_limit}},
    {ExecutionLimit::group_once, "group_once", {Concurrency::group_reject, Throttle::none}},
    {ExecutionLimit::group_wait, "group_wait", {Concurrency::group_queue, Throttle::none}},
    {ExecutionLimit::group_throttle,
     "group_throttle",
     {Concurrency::none, Throttle::group_throttle}},
    {ExecutionLimit::group_throttle_wait,
     "group_throttle_wait",
     {Concurrency::queue, Throttle::group_throttle}},
    {ExecutionLimit::group_throttle_rate_limit,
     "group_throttle_rate_limit",
     {Concurrency::none, Throttle::group_rate_limit}},
}};

const Row& row_of(ExecutionLimit limit) noexcept {
    return table.at(static_cast<std::size_t>(limit));
}

}  // namespace

PolicyModes modes_of(ExecutionLimit limit) noexcept {
    return row_of(limit).modes;
}

std::string_view name_of(ExecutionLimit limit) noexcept {
    return row_of(limit).name;
}

std::optional<ExecutionLimit> execution_limit_named(std::string_view name) noexcept {
    for (const Row& row : table) {
        if (row.name == name) {
            return row.limit;
        }
    }
    return std::nullopt;
}

std::optional<Policy> with_limit(
    std::string_view job, Policy policy, ExecutionLimit limit, std::string& problem
) {
    if (policy.concurrency != Concurrency::none || policy.throttle != Throttle::none) {
        problem = "Job " + std::string(job) +
                  " cannot specify both 'limit' (deprecated) and 'concurrency'/'throttle' "
                  "parameters!";
        return std::nullopt;
    }
    const PolicyModes modes = modes_of(limit);
    policy.concurrency = modes.concurrency;
    policy.throttle = modes.throttle;
    return policy;
}

}  // namespace interlock
