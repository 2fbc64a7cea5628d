// The deprecated ten and what they mean today.
#include "core/policy/execution_limit.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace interlock {
namespace {

struct Mapping {
    ExecutionLimit limit;
    const char* name;
    Concurrency concurrency;
    Throttle throttle;
};

constexpr std::array<Mapping, 10> mappings{{
    {ExecutionLimit::once, "once", Concurrency::reject, Throttle::none},
    {ExecutionLimit::single_wait, "single_wait", Concurrency::queue, Throttle::none},
    {ExecutionLimit::throttle, "throttle", Concurrency::none, Throttle::throttle},
    {ExecutionLimit::throttle_wait, "throttle_wait", Concurrency::queue, Throttle::throttle},
    {ExecutionLimit::throttle_rate_limit,
     "throttle_rate_limit",
     Concurrency::none,
     Throttle::rate_limit},
    {ExecutionLimit::group_once, "group_once", Concurrency::group_reject, Throttle::none},
    {ExecutionLimit::group_wait, "group_wait", Concurrency::group_queue, Throttle::none},
    {ExecutionLimit::group_throttle, "group_throttle", Concurrency::none, Throttle::group_throttle},
    // Not (group_queue, group_throttle): that mapping is the one that deadlocked.
    {ExecutionLimit::group_throttle_wait,
     "group_throttle_wait",
     Concurrency::queue,
     Throttle::group_throttle},
    {ExecutionLimit::group_throttle_rate_limit,
     "group_throttle_rate_limit",
     Concurrency::none,
     Throttle::group_rate_limit},
}};

class EveryExecutionLimit : public testing::TestWithParam<Mapping> {};

// NOLINTNEXTLINE(readability-identifier-naming): the name is GoogleTest's.
void PrintTo(const Mapping& mapping, std::ostream* out) {
    *out << mapping.name;
}

TEST_P(EveryExecutionLimit, MeansWhatTheMergedReferenceMadeOfIt) {
    const Mapping& mapping = GetParam();
    EXPECT_EQ(modes_of(mapping.limit), (PolicyModes{mapping.concurrency, mapping.throttle}));
}

TEST_P(EveryExecutionLimit, IsFoundByTheNameThatItPrints) {
    const Mapping& mapping = GetParam();
    EXPECT_EQ(name_of(mapping.limit), mapping.name);
    EXPECT_EQ(execution_limit_named(mapping.name), mapping.limit);
}

TEST_P(EveryExecutionLimit, SetsTheModesAndLeavesTheRestOfThePolicy) {
    const Mapping& mapping = GetParam();
    const Policy policy{
        .period = std::chrono::hours(1),
        .max_calls = 2,
        .max_waiting = 3,
        .throttle_counts = ThrottleCounts::success,
    };
    Policy expected = policy;
    expected.concurrency = mapping.concurrency;
    expected.throttle = mapping.throttle;
    std::string problem;
    EXPECT_EQ(with_limit("refresh", policy, mapping.limit, problem), expected);
    EXPECT_EQ(problem, "");
}

TEST_P(EveryExecutionLimit, ContradictsAMode) {
    std::string const expected =
        "Job refresh cannot specify both 'limit' (deprecated) and 'concurrency'/'throttle' "
        "parameters!";
    std::string problem;
    EXPECT_FALSE(
        with_limit("refresh", {.concurrency = Concurrency::queue}, GetParam().limit, problem)
    );
    EXPECT_EQ(problem, expected);
    problem.clear();
    EXPECT_FALSE(with_limit("refresh", {.throttle = Throttle::throttle}, GetParam().limit, problem)
    );
    EXPECT_EQ(problem, expected);
}

INSTANTIATE_TEST_SUITE_P(
    Of,
    EveryExecutionLimit,
    testing::ValuesIn(mappings),
    [](const testing::TestParamInfo<Mapping>& tested) { return std::string(tested.param.name); }
);

TEST(ExecutionLimit, HasNoOtherNames) {
    EXPECT_EQ(execution_limit_named(""), std::nullopt);
    EXPECT_EQ(execution_limit_named("ONCE"), std::nullopt);
    EXPECT_EQ(execution_limit_named("group_queue"), std::nullopt);
}

}  // namespace
}  // namespace interlock
