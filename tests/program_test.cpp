// What a scenario must not grow to: every index of a program has 16 bits.
#include "models/scenario/program.hpp"

#include "models/scenario/reader.hpp"

#include <string>

#include <gtest/gtest.h>

namespace interlock::models {
namespace {

std::string problem_of(const std::string& yaml) {
    const auto scenario = read_scenario("interlock: 1\nname: big\n" + yaml, "");
    if (const auto* const problem = std::get_if<Diagnostic>(&scenario)) {
        return "unreadable: " + text_of(*problem, "");
    }
    const auto program = compile(std::get<Scenario>(scenario));
    const auto* const problem = std::get_if<Diagnostic>(&program);
    return problem != nullptr ? text_of(*problem, "") : "";
}

// A list of `count` times the same step.
std::string steps(std::size_t count, const std::string& step) {
    std::string list = "[";
    for (std::size_t i = 0; i < count; ++i) {
        list += step + ",";
    }
    return list + "]";
}

std::string section(const std::string& name, std::size_t count, const std::string& end) {
    std::string text = name + ":\n";
    for (std::size_t i = 1; i <= count; ++i) {
        text.append("  ").append(name).append(std::to_string(i)).append(end);
    }
    return text;
}

TEST(Program, HasAtMostFortyThousandSteps) {
    std::string const yaml = "tasks:\n  t: {steps: " + steps(8'000, "work") + ", count: 5}\n";
    EXPECT_EQ(problem_of(yaml), "");
    EXPECT_EQ(
        problem_of(yaml + "  u: [work]\n"),
        "5:7: the scenario unfolds to more than 40000 steps; make its tasks and bodies smaller"
    );
}

TEST(Program, HasAtMostTenThousandCalls) {
    std::string const yaml =
        "jobs: {j: {}}\ntasks:\n  t: {steps: " + steps(2'000, "{call: j}") + ", count: 5}\n";
    EXPECT_EQ(problem_of(yaml), "");
    EXPECT_EQ(
        problem_of(yaml + "  u: [{call: j}]\n"),
        "6:7: the scenario unfolds to more than 10000 calls; make its bodies smaller"
    );
}

TEST(Program, HasAtMostAThousandJobs) {
    std::string const tasks = "tasks: {t: [work]}\n";
    EXPECT_EQ(problem_of(section("jobs", 1'000, ": {concurrency: queue}\n") + tasks), "");
    EXPECT_EQ(
        problem_of(section("jobs", 1'001, ": {concurrency: queue}\n") + tasks),
        "1004:3: the scenario has more than 1000 jobs"
    );
}

}  // namespace
}  // namespace interlock::models
