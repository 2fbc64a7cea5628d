#include "models/scenario/sections.hpp"

#include "models/trace/property.hpp"

namespace interlock::models::yaml {

namespace {

constexpr std::array<std::string_view, 9> explore_keys{
    "strategy", "discipline", "time", "faults", "stop", "budget", "seed", "bound", "depth"};
constexpr std::array<std::string_view, 2> discipline_names{"cooperative", "preemptive"};
constexpr std::array<std::string_view, 2> time_names{"fixed", "all"};
constexpr std::array<std::string_view, 2> stop_names{"first", "never"};
constexpr std::array<std::string_view, 2> fault_keys{"raise", "cancel"};
constexpr std::array<std::string_view, 2> budget_keys{"executions", "seconds"};
constexpr std::array<std::string_view, 2> expect_keys{"verdict", "property"};
constexpr std::array<std::string_view, 2> verdict_names{"holds", "violated"};

}  // namespace

Policy read_policy(const Map& map) {
    Policy policy;
    if (const auto* mode = map.find("concurrency")) {
        policy.concurrency = choice<Concurrency>(*mode, names_of<Concurrency, 5>());
    }
    if (const auto* mode = map.find("throttle")) {
        policy.throttle = choice<Throttle>(*mode, names_of<Throttle, 5>());
    }
    if (const auto* period = map.find("period")) {
        policy.period = duration(*period);
    }
    if (const auto* calls = map.find("max_calls")) {
        policy.max_calls = whole<std::uint32_t>(*calls);
    }
    if (const auto* waiting = map.find("max_waiting")) {
        policy.max_waiting = whole<std::uint32_t>(*waiting);
    }
    if (const auto* counts = map.find("throttle_counts")) {
        policy.throttle_counts = choice<ThrottleCounts>(*counts, names_of<ThrottleCounts, 2>());
    }
    if (const auto* timeout = map.find("wait_timeout")) {
        policy.wait_timeout = duration(*timeout);
    }
    if (const auto* service = map.find("service_time")) {
        policy.service_time = duration(*service);
    }
    if (const auto* keep = map.find("keep_latest")) {
        policy.keep_latest = truth(*keep);
    }
    if (const auto* detect = map.find("detect_deadlock")) {
        policy.detect_deadlock = truth(*detect);
    }
    return policy;
}

namespace {

Faults read_faults(const Entry& entry) {
    const Map map(entry, "'faults'");
    map.takes(fault_keys);
    Faults faults;
    if (const auto* raise = map.find("raise")) {
        faults.raise = whole<std::uint32_t>(*raise);
    }
    if (const auto* cancel = map.find("cancel")) {
        faults.cancel = whole<std::uint32_t>(*cancel);
    }
    return faults;
}

Budget read_budget(const Entry& entry) {
    const Map map(entry, "'budget'");
    map.takes(budget_keys);
    Budget budget;
    if (const auto* executions = map.find("executions")) {
        budget.executions = whole<std::uint64_t>(*executions, 1);
    }
    if (const auto* seconds = map.find("seconds")) {
        budget.seconds = positive(*seconds);
    }
    return budget;
}

}  // namespace

ExploreSpec read_explore(const Entry& entry) {
    const Map map(entry, "'explore'");
    map.takes(explore_keys);
    ExploreSpec explore;
    explore.place = map.place();
    if (const auto* strategy = map.find("strategy")) {
        explore.strategy = choice<Strategy>(*strategy, strategies_that_explore());
    }
    if (const auto* discipline = map.find("discipline")) {
        explore.discipline = choice<Discipline>(*discipline, discipline_names);
    }
    if (const auto* time = map.find("time")) {
        explore.time = choice<TimeMode>(*time, time_names);
    }
    if (const auto* stop = map.find("stop")) {
        explore.stop = choice<Stop>(*stop, stop_names);
    }
    if (const auto* faults = map.find("faults")) {
        explore.faults = read_faults(*faults);
    }
    if (const auto* budget = map.find("budget")) {
        explore.budget = read_budget(*budget);
    }
    if (const auto* seed = map.find("seed")) {
        explore.seed = whole<std::uint64_t>(*seed);
    }
    if (const auto* bound = map.find("bound")) {
        explore.bound = whole<std::uint32_t>(*bound);
    }
    if (const auto* depth = map.find("depth")) {
        explore.depth = whole<std::uint32_t>(*depth, 1);
    }
    return explore;
}

ExpectSpec read_expect(const Entry& entry) {
    const Map map(entry, "'expect'");
    map.takes(expect_keys);
    const Entry& verdict = map.need("verdict", "write verdict: holds or verdict: violated");
    const bool is_violated = choice(verdict, verdict_names) == 1;
    ExpectSpec expect;
    expect.place = map.place();
    expect.any_violation = is_violated;
    if (const auto* property = map.find("property")) {
        if (!is_violated) {
            fail(property->key_place, "'property' goes with 'verdict: violated'");
        }
        expect.violated = choice<Property>(*property, property_names);
        expect.any_violation = false;
    }
    return expect;
}

Names explore_key_names() noexcept {
    return explore_keys;
}

Names expect_key_names() noexcept {
    return expect_keys;
}

}  // namespace interlock::models::yaml
