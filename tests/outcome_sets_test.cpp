// The real decorator's outcomes: for each scenario in outcome_sets/, every outcome that the Python
// code reached when an event loop ran its ready callbacks in every order, and the number of orders.
#include "models/check.hpp"
#include "models/scenario/reader.hpp"
#include "models/scenario/world.hpp"
#include "properties/monitors.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace interlock::models {
namespace {

using Outcome = std::map<std::string, std::string>;

std::string const directory = INTERLOCK_SOURCE_DIR "/tests/outcome_sets/";

const nlohmann::json& expected() {
    static nlohmann::json const all = [] {
        std::ifstream file(directory + "expected.json");
        return nlohmann::json::parse(file);
    }();
    return all;
}

std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const auto& [name, unused] : expected().items()) {
        names.push_back(name);
    }
    return names;
}

Program program_of(const std::string& name) {
    auto scenario = read_scenario_file(directory + name + ".yaml");
    auto program = compile(std::get<Scenario>(scenario));
    return std::get<Program>(std::move(program));
}

std::set<Outcome> outcomes_of(const Program& program, const Result& result) {
    std::set<Outcome> outcomes;
    for (const auto& codes : result.outcomes) {
        Outcome outcome;
        for (std::size_t site = 0; site < codes.size(); ++site) {
            if (codes[site] != never_made) {
                outcome[program.sites[site].label] = name_of_outcome(codes[site]);
            }
        }
        outcomes.insert(std::move(outcome));
    }
    return outcomes;
}

Result explore(const Program& program, bool pooled = true) {
    properties::Monitors monitors(program);
    CheckOptions options;
    options.stop = Stop::never;
    options.scheduler.pooled = pooled;
    return check(program, monitors, options);
}

class OutcomeSets : public testing::TestWithParam<std::string> {};

TEST_P(OutcomeSets, AreExactlyThoseOfTheRealDecorator) {
    const Program program = program_of(GetParam());
    const Result result = explore(program);
    const auto& real = expected()[GetParam()];
    EXPECT_TRUE(result.is_complete);
    EXPECT_EQ(outcomes_of(program, result), real["outcomes"].get<std::set<Outcome>>());
    // One choice point a suspension, as in the event loop: the very same orders.
    EXPECT_EQ(result.executions, real["interleavings"].get<std::uint64_t>());
}

TEST_P(OutcomeSets, DoNotDependOnReusingFibers) {
    const Program program = program_of(GetParam());
    const Result pooled = explore(program);
    const Result fresh = explore(program, false);
    EXPECT_EQ(pooled.outcomes, fresh.outcomes);
    EXPECT_EQ(pooled.executions, fresh.executions);
    EXPECT_EQ(pooled.steps, fresh.steps);
}

TEST_P(OutcomeSets, AreTheSameWithOneExecutionAClass) {
    const Program program = program_of(GetParam());
    const Result all = explore(program);
    properties::Monitors monitors(program);
    CheckOptions options;
    options.strategy = Strategy::optimal;
    options.stop = Stop::never;
    const Result optimal = check(program, monitors, options);
    EXPECT_TRUE(optimal.is_complete);
    EXPECT_EQ(optimal.outcomes, all.outcomes);
    EXPECT_EQ(optimal.blocked, 0U);
    EXPECT_LE(optimal.executions, all.executions);
}

INSTANTIATE_TEST_SUITE_P(Real, OutcomeSets, testing::ValuesIn(names()), [](const auto& parameter) {
    std::string name = parameter.param;
    name[name.find('-')] = '_';
    return name;
});

}  // namespace
}  // namespace interlock::models
