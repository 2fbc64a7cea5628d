// For how long a start can matter to a throttle.
#pragma once

#include "models/scenario/program.hpp"

#include <algorithm>
#include <vector>

namespace interlock::models {

// The longest period of any who ask the throttle; zero: nobody does.
struct Horizons {
    explicit Horizons(const Program& program)
        : jobs(program.jobs.size()), groups(program.groups.size()) {
        for (const Site& site : program.sites) {
            const Policy& policy = program.jobs[site.job].policy;
            if (policy.throttle != Throttle::none) {
                const bool is_shared = is_group(policy.throttle) && site.group != no_group;
                Duration& horizon =
                    is_shared ? groups[program.group_of(site.group)] : jobs[site.job];
                horizon = std::max(horizon, policy.period.value_or(Duration::zero()));
            }
        }
    }

    std::vector<Duration> jobs;    // of their own throttles
    std::vector<Duration> groups;  // of those that their jobs share; by the first object of each
};

}  // namespace interlock::models
