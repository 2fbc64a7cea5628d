#include "models/revisions/revision.hpp"

#include "models/revisions/guarded.hpp"
#include "models/revisions/split.hpp"
#include "models/scenario/core_system.hpp"

#include <array>

namespace interlock::models {

namespace {

template <class S>
std::unique_ptr<System> make(const Program& program, Recorder& recorder, BodyRunner& runner) {
    return std::make_unique<S>(program, recorder, runner);
}

PolicyModes modes_in_split(ExecutionLimit limit) noexcept {
    return limit == ExecutionLimit::group_throttle_wait
               ? PolicyModes{Concurrency::group_queue, Throttle::group_throttle}
               : modes_of(limit);
}

// What the reference does not know.
std::vector<std::string> problems_in_split(std::string_view job, const Policy& policy) {
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
    refuse(policy.throttle_counts != ThrottleCounts::start, "throttle_counts");
    return problems;
}

std::vector<std::string> problems_in_guarded(std::string_view job, const Policy& policy) {
    std::vector<std::string> problems = problems_in_split(job, policy);
    if (policy.throttle != Throttle::none && is_group(policy.concurrency)) {
        problems.push_back(
            "Job " + std::string(job) + " is using throttling (" +
            std::string(name_of(policy.throttle)) + ") with group concurrency (" +
            std::string(name_of(policy.concurrency)) + "), which is not allowed!"
        );
    }
    return problems;
}

constexpr std::array<Revision, 3> all{{
    {"interlock", "the shipped core", &modes_of, &problems_of, true, &make<CoreSystem>},
    {"split",
     "the reference when its limit option became concurrency and throttle",
     &modes_in_split,
     &problems_in_split,
     false,
     &make<Split>},
    {"guarded",
     "the reference at the end of that series, with the release in a context manager",
     &modes_of,
     &problems_in_guarded,
     false,
     &make<Guarded>},
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
