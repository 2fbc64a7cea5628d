// What a scenario must not grow to: every index of a program has 16 bits.
#include "models/scenario/program.hpp"

#include <string>

#include <gtest/gtest.h>

namespace interlock::models {
namespace {

std::string problem_of(const Scenario& scenario) {
    const auto program = compile(scenario);
    const auto* const problem = std::get_if<Diagnostic>(&program);
    return problem != nullptr ? text_of(*problem, "") : "";
}

Steps steps_of(std::size_t count, Step step) {
    return Steps(count, std::move(step));
}

TEST(Program, HasAtMostFortyThousandSteps) {
    Scenario scenario;
    for (std::uint32_t i = 1; i <= 4; ++i) {
        scenario.tasks.push_back(
            {.name = "t" + std::to_string(i),
             .place = {i, 1},
             .steps = steps_of(10'000, {.place = {i, 5}, .what = WorkStep{}})}
        );
    }
    EXPECT_EQ(problem_of(scenario), "");
    scenario.tasks.push_back(
        {.name = "t5", .place = {5, 1}, .steps = steps_of(1, {.place = {5, 5}, .what = WorkStep{}})}
    );
    EXPECT_EQ(
        problem_of(scenario),
        "5:5: the scenario unfolds to more than 40000 steps; make its tasks and bodies smaller"
    );
}

TEST(Program, HasAtMostTenThousandCalls) {
    Scenario scenario;
    scenario.jobs.push_back({.name = "j"});
    const Step call{.place = {2, 3}, .what = CallStep{.job = "j"}};
    scenario.tasks.push_back({.name = "t", .steps = steps_of(10'000, call)});
    EXPECT_EQ(problem_of(scenario), "");
    scenario.tasks.push_back({.name = "u", .steps = steps_of(1, call)});
    EXPECT_EQ(
        problem_of(scenario),
        "2:3: the scenario unfolds to more than 10000 calls; make its bodies smaller"
    );
}

TEST(Program, HasAtMostTenThousandJobsAndGroups) {
    Scenario scenario;
    scenario.tasks.push_back({.name = "t", .steps = steps_of(1, {.what = WorkStep{}})});
    for (int i = 1; i <= 10'000; ++i) {
        scenario.jobs.push_back(
            {.name = "j" + std::to_string(i), .policy = {.concurrency = Concurrency::queue}}
        );
        scenario.groups.push_back({.name = "g" + std::to_string(i)});
    }
    EXPECT_EQ(problem_of(scenario), "");
    scenario.jobs.push_back({.name = "one_more", .place = {7, 3}});
    EXPECT_EQ(problem_of(scenario), "7:3: the scenario has more than 10000 jobs");
    scenario.jobs.pop_back();
    scenario.groups.push_back({.name = "one_more", .place = {8, 3}});
    EXPECT_EQ(problem_of(scenario), "8:3: the scenario has more than 10000 groups");
}

}  // namespace
}  // namespace interlock::models
