// That nothing holds only because nothing happened.
#include "properties/exercised.hpp"

#include "tests/scenarios.hpp"

#include <filesystem>

namespace interlock::properties {
namespace {

using models::EventKind;
using models::Fault;
using models::Property;

struct Seen {
    Exercised exercised;
    std::vector<std::string> never;
};

Seen seen_in(const models::Program& program, const models::CheckOptions& options) {
    Seen seen;
    Monitors monitors(program, &seen.exercised);
    models::check(program, monitors, options);
    seen.never = never_exercised(program, options.faults, seen.exercised);
    return seen;
}

std::vector<std::string> never_in(const std::string& yaml, models::Faults faults = {}) {
    const models::Program program = test::program_of(yaml);
    return seen_in(program, {.stop = models::Stop::never, .faults = faults}).never;
}

using Names = std::vector<std::string>;

TEST(NeverExercised, IsEmptyWhereEverythingHappens) {
    EXPECT_EQ(
        never_in("groups: [g]\n"
                 "jobs: {j: {concurrency: group_reject, throttle: throttle, period: 10s}}\n"
                 "tasks: {a: [{call: j@g}], b: [{call: j@g}, {call: j@g}]}"),
        Names{}
    );
}

TEST(NeverExercised, NamesRefusalsThatNeverCame) {
    EXPECT_EQ(
        never_in(
            "jobs: {j: {throttle: throttle, period: 1s, conditions: [c]}}\ntasks: {a: [{call: j}]}"
        ),
        (Names{"refusal throttled", "refusal condition_failed"})
    );
    EXPECT_EQ(
        never_in("jobs: {j: {concurrency: queue, wait_timeout: 9s, max_waiting: 5}}\n"
                 "tasks: {a: [{call: j}], b: [{call: j}]}"),
        (Names{"refusal timed_out", "refusal rejected"})
    );
}

// A body without a suspension: nobody ever meets it.
TEST(NeverExercised, NamesPropertiesThatNothingCouldViolate) {
    EXPECT_EQ(
        never_in(
            "jobs: {j: {concurrency: queue, body: []}}\ntasks: {a: [{call: j}], b: [{call: j}]}"
        ),
        Names{"property mutual_exclusion"}
    );
}

TEST(NeverExercised, NamesFaultsThatHadNoPlace) {
    EXPECT_EQ(
        never_in("jobs: {j: {body: []}}\ntasks: {a: [{call: j}, work]}", {1, 1}),
        Names{"fault raise"}
    );
    EXPECT_EQ(never_in("jobs: {j: {}}\ntasks: {a: [{call: j}]}", {1, 1}), Names{});
}

// What the shipped scenarios that hold have occasion to see, taken together: everything there is.
TEST(ShippedLibrary, ExercisesEveryPropertyRefusalAndFault) {
    Exercised all;
    for (const auto& entry :
         std::filesystem::directory_iterator(INTERLOCK_SOURCE_DIR "/models/scenarios")) {
        const auto read = models::read_scenario_file(entry.path().string());
        const auto& scenario = std::get<models::Scenario>(read);
        const auto program = std::get<models::Program>(models::compile(scenario));
        if (!scenario.expect.is_violation()) {
            all.add(seen_in(program, models::options_of(scenario)).exercised);
        }
    }
    for (const EventKind refusal : refusals) {
        EXPECT_TRUE(all.has(refusal)) << name_of(refusal);
    }
    for (std::size_t i = 0; i < models::property_names.size(); ++i) {
        const auto property = static_cast<Property>(i);
        // No step of a scenario file suspends in a catch block, and no assertion ever fails here:
        // scheduler_test.cpp has bodies that do the one, monitors_test.cpp judges the other.
        if (property != Property::suspended_in_catch && property != Property::assertion) {
            EXPECT_TRUE(all.has(property)) << name_of(property);
        }
    }
    EXPECT_TRUE(all.has(Fault::raise));
    EXPECT_TRUE(all.has(Fault::cancel));
}

}  // namespace
}  // namespace interlock::properties
