#include "models/revisions/revision.hpp"

#include "models/revisions/guarded.hpp"
#include "models/revisions/head.hpp"
#include "models/revisions/limit.hpp"
#include "models/revisions/merged.hpp"
#include "models/revisions/split.hpp"
#include "models/scenario/core_system.hpp"

#include <algorithm>
#include <array>

namespace interlock::models {

namespace {

template <class S>
std::unique_ptr<System> make(
    const Program& program, Recorder& recorder, BodyRunner& runner, Listener* listener
) {
    return std::make_unique<S>(program, recorder, runner, listener);
}

std::unique_ptr<System> make_core(
    const Program& program, Recorder& recorder, BodyRunner& runner, Listener* /*listener*/
) {
    return std::make_unique<CoreSystem>(program, recorder, runner);
}

PolicyModes modes_in_split(ExecutionLimit limit) noexcept {
    return limit == ExecutionLimit::group_throttle_wait
               ? PolicyModes{Concurrency::group_queue, Throttle::group_throttle}
               : modes_of(limit);
}

std::vector<std::string> problems_in_core(
    std::string_view job, const Policy& policy, std::optional<ExecutionLimit> /*limit*/
) {
    return problems_of(job, policy);
}

// And what the reference does not know.
std::vector<std::string> problems_in_reference(
    std::string_view job, const Policy& policy, std::optional<ExecutionLimit> /*limit*/
) {
    std::vector<std::string> problems = problems_of(job, policy);
    const auto refuse = [&](bool is_used, const char* key) {
        if (is_used) {
            problems.push_back(
                "Job " + std::string(job) + " uses " + key + ", which only the shipped core has!"
            );
        }
    };
    refuse(policy.max_waiting.has_value(), "max_waiting");
    refuse(policy.wait_timeout.has_value(), "wait_timeout");
    refuse(policy.service_time.has_value(), "service_time");
    refuse(policy.keep_latest, "keep_latest");
    return problems;
}

std::vector<std::string> problems_in_limit(
    std::string_view job, const Policy& policy, std::optional<ExecutionLimit> limit
) {
    std::vector<std::string> problems = problems_in_reference(job, policy, limit);
    if (limit) {
        // Its messages name the limit.
        const auto rename = [&](std::string& problem) {
            std::string const mode = "throttle " + std::string(name_of(policy.throttle));
            if (const std::size_t at = problem.find(mode + " without"); at != std::string::npos) {
                problem.replace(at, mode.size(), "execution limit " + std::string(name_of(*limit)));
            }
        };
        std::for_each(problems.begin(), problems.end(), rename);
        return problems;
    }
    if (policy.concurrency != Concurrency::none || policy.throttle != Throttle::none) {
        problems.push_back(
            "Job " + std::string(job) +
            " uses concurrency or throttle, which came after this revision; write limit instead!"
        );
    }
    return problems;
}

std::vector<std::string> problems_in_guarded(
    std::string_view job, const Policy& policy, std::optional<ExecutionLimit> limit
) {
    std::vector<std::string> problems = problems_in_reference(job, policy, limit);
    if (policy.throttle != Throttle::none && is_group(policy.concurrency)) {
        problems.push_back(
            "Job " + std::string(job) + " is using throttling (" +
            std::string(name_of(policy.throttle)) + ") with group concurrency (" +
            std::string(name_of(policy.concurrency)) + "), which is not allowed!"
        );
    }
    return problems;
}

// The history in its order.
constexpr std::array<Revision, 6> all{{
    {"interlock", "the shipped core", &modes_of, &problems_in_core, &make_core},
    {"limit",
     "the reference before the series, with one limit option",
     &modes_of,
     &problems_in_limit,
     &make<Limit>},
    {"split",
     "the reference when its limit option became concurrency and throttle",
     &modes_in_split,
     &problems_in_reference,
     &make<Split>},
    {"guarded",
     "the reference at the end of that series, with the release in a context manager",
     &modes_of,
     &problems_in_guarded,
     &make<Guarded>},
    {"merged",
     "the reference as the series was merged",
     &modes_of,
     &problems_in_guarded,
     &make<Merged>},
    {"head",
     "the reference's newest, with locks that know their owner",
     &modes_of,
     &problems_in_reference,
     &make<Head>},
}};

}  // namespace

std::span<const Revision> revisions() noexcept {
    return all;
}

const Revision* revision_named(std::string_view name) noexcept {
    for (const Revision& revision : all) {
        if (revision.name == name) {
            return &revision;
        }
    }
    return nullptr;
}

}  // namespace interlock::models
