#include "core/policy/policy.hpp"

namespace interlock {

std::string_view name_of(Concurrency mode) noexcept {
    switch (mode) {
        case Concurrency::none:
            return "none";
        case Concurrency::reject:
            return "reject";
        case Concurrency::queue:
            return "queue";
        case Concurrency::group_reject:
            return "group_reject";
        case Concurrency::group_queue:
            return "group_queue";
    }
    return "?";
}

std::string_view name_of(Throttle mode) noexcept {
    switch (mode) {
        case Throttle::none:
            return "none";
        case Throttle::throttle:
            return "throttle";
        case Throttle::rate_limit:
            return "rate_limit";
        case Throttle::group_throttle:
            return "group_throttle";
        case Throttle::group_rate_limit:
            return "group_rate_limit";
    }
    return "?";
}

std::string_view name_of(ThrottleCounts counts) noexcept {
    return counts == ThrottleCounts::start ? "start" : "success";
}

std::vector<std::string> problems_of(std::string_view job, const Policy& policy) {
    std::vector<std::string> problems;
    const auto add = [&](const std::string& problem) {
        problems.push_back("Job " + std::string(job) + problem);
    };
    if (policy.throttle != Throttle::none && !policy.period) {
        add(" is using throttle " + std::string(name_of(policy.throttle)) +
            " without a throttle period!");
    }
    if (is_rate_limit(policy.throttle) && !policy.max_calls) {
        add(" is using throttle " + std::string(name_of(policy.throttle)) +
            " without throttle max calls!");
    }
    if (policy.period && *policy.period < Duration::zero()) {
        add(" has a negative throttle period!");
    }
    if (policy.throttle == Throttle::none && policy.period) {
        add(" has a throttle period but no throttle!");
    }
    if (!is_rate_limit(policy.throttle) && policy.max_calls) {
        add(" has throttle max calls but no rate limit!");
    }
    if (!waits(policy.concurrency) && policy.max_waiting) {
        add(" bounds its queue (max_waiting) but never queues!");
    }
    if (!waits(policy.concurrency) && policy.wait_timeout) {
        add(" limits its waits (wait_timeout) but never queues!");
    }
    if (policy.wait_timeout && *policy.wait_timeout < Duration::zero()) {
        add(" has a negative wait timeout!");
    }
    if (!waits(policy.concurrency) && policy.service_time) {
        add(" says how long its runs take (service_time) but never queues!");
    }
    if (policy.service_time && *policy.service_time <= Duration::zero()) {
        add(" has a service time that is not positive!");
    }
    if (policy.keep_latest && policy.service_time) {
        add(" keeps the latest waiter (keep_latest), so it cannot refuse it early (service_time)!");
    }
    if (!waits(policy.concurrency) && policy.keep_latest) {
        add(" keeps the latest waiter (keep_latest) but never queues!");
    }
    return problems;
}

std::string problem_without_group(std::string_view job, const Policy& policy) {
    const auto sentence = [&](std::string_view kind, std::string_view mode, std::string_view modes
                          ) {
        return "Job " + std::string(job) + " uses group " + std::string(kind) + " (" +
               std::string(mode) +
               ") but is not on a JobGroup! The class must inherit from JobGroup to use " +
               std::string(modes) + ".";
    };
    if (is_group(policy.concurrency)) {
        return sentence("concurrency", name_of(policy.concurrency), "GROUP_REJECT or GROUP_QUEUE");
    }
    if (is_group(policy.throttle)) {
        return sentence(
            "throttling", name_of(policy.throttle), "GROUP_THROTTLE or GROUP_RATE_LIMIT"
        );
    }
    return {};
}

}  // namespace interlock
