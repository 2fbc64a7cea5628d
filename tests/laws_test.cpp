// Each law is able to fail: on a revision of the reference that is known to break it, RapidCheck
// finds a scenario. (Seeded bugs in the core itself are in mutants/.)
#include "properties/laws.hpp"

#include "models/scenario/program.hpp"
#include "models/scenario/reader.hpp"
#include "models/scenario/writer.hpp"
#include "models/trace/schedule.hpp"
#include "properties/generators.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::properties {
namespace {

// Whether some of a thousand made-up scenarios violates `law` on `revision`; scenarios that the
// revision does not allow are passed over.
bool can_fail(const Law& law, Ingredients ingredients, const char* revision) {
    rc::detail::TestParams params;
    params.seed = 1;
    params.maxSuccess = 1000;
    rc::detail::TestMetadata metadata;
    metadata.description = law.name;
    const auto result = rc::detail::checkTestable(
        [&] {
            models::Scenario scenario = *scenarios(ingredients);
            scenario.revision = revision;
            std::string const violation = violation_of(law, scenario);
            RC_ASSERT(violation.empty() || violation.find("cannot be run") != std::string::npos);
        },
        metadata,
        params
    );
    return result.template is<rc::detail::FailureResult>();
}

TEST(Laws, OfLocksComingBackFailsWhereTheReleaseComesTooLate) {
    EXPECT_TRUE(can_fail(locks_come_back(), {.raises = true}, "guarded"));
}

TEST(Laws, OfDeadlockFreedomFailsWhereAThrottledCallKeepsTheLock) {
    EXPECT_TRUE(can_fail(ordered_locks_never_deadlock(), {}, "split"));
}

TEST(Laws, OfRateLimitsFailsWhereAGroupsLimitIsNotShared) {
    EXPECT_TRUE(can_fail(no_window_has_too_many_starts(), {.sleeps = true}, "split"));
}

TEST(Laws, OfThrottlesFailsWhereAGroupsThrottleIsNotShared) {
    EXPECT_TRUE(can_fail(throttled_starts_are_a_period_apart(), {.sleeps = true}, "split"));
}

RC_GTEST_PROP(Writer, WritesWhatTheReaderReadsBackToTheSameProgram, ()) {
    models::Scenario const scenario =
        *scenarios({.raises = true, .cancels = true, .sleeps = true, .orders_locks = false});
    const auto again = models::read_scenario(models::yaml_of(scenario), "again.yaml");
    if (const auto* problem = std::get_if<models::Diagnostic>(&again)) {
        RC_FAIL(models::text_of(*problem, "again.yaml") + "\n" + models::yaml_of(scenario));
    }
    const auto one = models::compile(scenario);
    const auto other = models::compile(std::get<models::Scenario>(again));
    RC_ASSERT(
        std::get<models::Program>(one).fingerprint == std::get<models::Program>(other).fingerprint
    );
}

RC_GTEST_PROP(
    Schedule,
    IsReadBackFromItsText,
    (std::uint64_t fingerprint, std::uint32_t raises, std::uint32_t cancellations)
) {
    const auto numbers = *rc::gen::container<std::vector<std::uint8_t>>(
        rc::gen::inRange<std::uint8_t>(0, models::tasks_max)
    );
    models::Schedule schedule{fingerprint, {}, {raises, cancellations}};
    for (std::uint8_t const number : numbers) {
        schedule.choices.emplace_back(
            models::TaskId{number}, static_cast<models::Fault>(number % 3)
        );
    }
    std::string problem;
    const auto again = models::schedule_from(models::text_of(schedule), problem);
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->scenario == fingerprint);
    RC_ASSERT(again->choices == schedule.choices);
    RC_ASSERT(again->faults == schedule.faults);
}

}  // namespace
}  // namespace interlock::properties
