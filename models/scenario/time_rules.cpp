#include "models/scenario/time_rules.hpp"

#include "core/assert.hpp"

namespace interlock::models {

TimeRules time_rules_of(const Program& program) {
    TimeRules rules;
    for (const Site& site : program.sites) {
        const ProgramJob& job = program.jobs[site.job];
        INTERLOCK_ASSERT(job.period_rule == PeriodRule::fixed);
        SiteTimes times{.has_lock = site.lock != no_lock};
        if (job.policy.throttle != Throttle::none) {
            // A group's throttle may be each job's own in a group: then this counts more starts.
            const bool is_shared = is_group(job.policy.throttle) && site.group != no_group;
            times.throttle = static_cast<std::uint16_t>(
                is_shared ? program.jobs.size() + program.group_of(site.group)
                          : std::size_t{site.job}
            );
            times.counts_success = job.policy.throttle_counts == ThrottleCounts::success;
            times.starts_max = job.policy.max_calls.value_or(1);
            times.period_ns = job.policy.period.value_or(Duration::zero()).count();
        }
        times.timeout_ns = job.policy.wait_timeout.value_or(Duration::zero()).count();
        rules.push_back(times);
    }
    return rules;
}

}  // namespace interlock::models
