#include "core/job/refusal.hpp"

#include <array>
#include <cstdio>

namespace interlock {

namespace {

std::string call_text(CallId call, const JobLabel* job) {
    return (job != nullptr ? job->name : std::string("a job")) + " (call " +
           std::to_string(call.value) + ")";
}

std::string behind(const Refusal& refusal) {
    return refusal.holder ? " for " + call_text(refusal.holder, refusal.holder_job) : "";
}

// ": it is part of a (call 1), which holds the lock", or
// ": a (call 3) waits for a lock that b (call 4) holds up, which waits for one that a (call 3)
// does"
std::string cycle_text(const Refusal& refusal) {
    if (refusal.cycle == nullptr || refusal.cycle->empty()) {
        return "";
    }
    if (refusal.cycle->size() == 1) {
        return ": it is part of " + call_text(refusal.holder, refusal.holder_job) +
               ", which holds the lock";
    }
    const auto text = [&](std::size_t i) {
        const CycleStep& step = (*refusal.cycle)[i % refusal.cycle->size()];
        return call_text(step.call, step.job);
    };
    std::string words = ": " + text(0) + " waits for a lock that " + text(1) + " holds up";
    for (std::size_t i = 2; i <= refusal.cycle->size(); ++i) {
        words += ", which waits for one that " + text(i) + " does";
    }
    return words;
}

}  // namespace

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
    std::string const job(refusal.job_name());
    switch (refusal.reason) {
        case Reason::busy:
            return refusal.group == nullptr
                       ? "Another job is running"
                       : "Another job is running for job group " + refusal.group->name;
        case Reason::queue_full:
            return "Too many calls of job " + job + " are waiting";
        case Reason::replaced:
            return "A newer call of job " + job + " took the place of this one in the queue";
        case Reason::shut_down:
            return "Job " + job + " takes no calls any more";
        case Reason::too_many_keys:
            return "Too many keys of job " + job + " are in use";
        case Reason::rate_limited:
            return "Rate limit exceeded, more than " + std::to_string(refusal.max_calls) +
                   " calls in " + period_text(refusal.period);
        case Reason::throttled:
            return "Job " + job + " was started less than " + period_text(refusal.period) + " ago";
        case Reason::condition_failed:
            return "Job " + job + " blocked from execution, condition " +
                   (refusal.condition != nullptr ? *refusal.condition : "") + " does not hold";
        case Reason::timed_out:
            return "Job " + job + " waited too long" + behind(refusal);
        case Reason::too_late:
            return "Job " + job + " had no time left to wait" + behind(refusal);
        case Reason::would_deadlock:
            return "Job " + job + " would wait for ever" + cycle_text(refusal);
        case Reason::cancelled:
            return "Job " + job + " was cancelled while it waited";
    }
    return "Job " + job + " did not run";
}

}  // namespace interlock
