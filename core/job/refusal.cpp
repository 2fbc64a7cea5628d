#include "core/job/refusal.hpp"

#include <array>
#include <cstdio>

namespace interlock {

std::string period_text(Duration period) {
    using std::chrono::duration_cast;
    const auto microseconds = duration_cast<std::chrono::microseconds>(period).count();
    const auto seconds = microseconds / 1'000'000;
    const auto days = seconds / 86'400;
    std::string text;
    if (days != 0) {
        text = std::to_string(days) + (days == 1 ? " day, " : " days, ");
    }
    std::array<char, 48> buffer{};
    std::snprintf(
        buffer.data(),
        buffer.size(),
        "%lld:%02lld:%02lld",
        static_cast<long long>(seconds / 3600 % 24),
        static_cast<long long>(seconds / 60 % 60),
        static_cast<long long>(seconds % 60)
    );
    text += buffer.data();
    if (microseconds % 1'000'000 != 0) {
        std::snprintf(
            buffer.data(),
            buffer.size(),
            ".%06lld",
            static_cast<long long>(microseconds % 1'000'000)
        );
        text += buffer.data();
    }
    return text;
}

std::string message_of(const Refusal& refusal) {
    std::string const job(refusal.job);
    switch (refusal.status) {
        case Status::rejected:
            if (refusal.queue_full) {
                return "Too many calls of job " + job + " are waiting";
            }
            return refusal.group.empty()
                       ? "Another job is running"
                       : "Another job is running for job group " + std::string(refusal.group);
        case Status::rate_limited:
            return "Rate limit exceeded, more than " + std::to_string(refusal.max_calls) +
                   " calls in " + period_text(refusal.period);
        case Status::throttled:
            return "Job " + job + " was started less than " + period_text(refusal.period) + " ago";
        case Status::cancelled:
            return "Job " + job + " was cancelled while it waited";
        default:
            return "Job " + job + " did not run: " + std::string(name_of(refusal.status));
    }
}

}  // namespace interlock
