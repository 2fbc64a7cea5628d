// What parts of a search are called when they go to another process, or to a file.
#include "models/units/snapshot.hpp"
#include "models/units/unit.hpp"
#include "properties/monitors.hpp"
#include "tests/programs.hpp"
#include "tests/scenarios.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::explore;
using test::program_of;

RC_GTEST_PROP(Unit, IsTheSameAfterItsText, ()) {
    Unit unit{.scenario = *rc::gen::arbitrary<std::uint64_t>()};
    unit.faults = {*rc::gen::inRange(0U, 3U), *rc::gen::inRange(0U, 3U)};
    unit.time = *rc::gen::element(TimeMode::fixed, TimeMode::all);
    unit.discipline = *rc::gen::element(Discipline::cooperative, Discipline::preemptive);
    unit.subtree.path = *rc::gen::container<std::vector<Choice>>(rc::gen::exec([] {
        return Choice(
            TaskId{*rc::gen::inRange<std::uint8_t>(0, tasks_max)},
            *rc::gen::element(Fault::none, Fault::raise, Fault::cancel, Fault::timeout)
        );
    }));
    std::string problem;
    RC_ASSERT(unit_from(text_of(unit), problem) == std::optional(unit));
}

TEST(UnitText, IsPlain) {
    EXPECT_EQ(
        text_of(Unit{.scenario = 0x7224c0ece74d4624, .subtree = {{TaskId{0}, TaskId{11}}}}),
        "v1;7224c0ece74d4624;exhaustive;0b;"
    );
    EXPECT_EQ(
        text_of(Unit{.faults = {.raise = 1}, .subtree = {{{TaskId{1}, Fault::raise}, TaskId{0}}}}),
        "v1;0000000000000000;exhaustive/r1c0;+10;"
    );
    EXPECT_EQ(
        text_of(Unit{.time = TimeMode::all, .discipline = Discipline::preemptive}),
        "v1;0000000000000000;exhaustive/all/preemptive;;"
    );
}

TEST(UnitText, ThatIsNoneSaysWhy) {
    for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
             {"", "a unit looks like"},
             {"v2;0000000000000000;exhaustive;0;", "a unit looks like"},
             {"v1;0000000000000000;exhaustive;0", "a unit looks like"},
             {"v1;0000000000000000;exhaustive;0;;", "a unit looks like"},
             {"v1;00;exhaustive;0;", "'00' is not the fingerprint"},
             {"v1;000000000000000g;exhaustive;0;", "is not the fingerprint"},
             {"v1;0000000000000000;random;0;", "not 'random'"},
             {"v1;0000000000000000;exhaustive/r1;0;", "'exhaustive/r1' does not end"},
             {"v1;0000000000000000;exhaustive;0?;", "'?' does not name a task"},
             {"v1;0000000000000000;exhaustive;0;1", "what sleeps in a unit looks like"},
             {"v1;0000000000000000;optimal;0;1=1/1.......", "what sleeps"},
             {"v1;0000000000000000;optimal;0;0=1/1......", "what sleeps"},
             {"v1;0000000000000000;optimal;0;0=11/1.......", "what sleeps"},
             {"v1;0000000000000000;optimal;0;0=1/x.......", "what sleeps"}}) {
        std::string problem;
        EXPECT_FALSE(unit_from(text, problem)) << text;
        EXPECT_NE(problem.find(why), std::string::npos) << problem;
        EXPECT_EQ(problem.find('\n'), std::string::npos) << problem;
    }
}

TEST(Snapshot, ThatIsDamagedSaysWhy) {
    const Program program = program_of(test::takers(4, 1));
    const Result result = explore(program, {.stop = Stop::never, .budget = {.executions = 100}});
    std::string const text =
        text_of(snapshot_of({program.fingerprint}, {.index = 2, .of = 3}, result));
    std::string problem;
    ASSERT_TRUE(snapshot_from(text, problem)) << problem;
    for (std::size_t length = 0; length < text.size(); ++length) {
        EXPECT_FALSE(snapshot_from(text.substr(0, length), problem));
        EXPECT_EQ(problem.find('\n'), std::string::npos) << problem;
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string changed = text;
        changed[at] = changed[at] == '1' ? '2' : '1';
        EXPECT_FALSE(snapshot_from(changed, problem)) << at;
    }
    std::string nonsense = text;
    nonsense.insert(nonsense.find("executions"), "nonsense 1\n");
    EXPECT_FALSE(snapshot_from(nonsense, problem));
    EXPECT_EQ(problem, "line 4 cannot be read: 'nonsense 1'");
}

TEST(Snapshot, IsTheSameAfterItsText) {
    const Program program = program_of(test::takers(4, 1));
    Result result = explore(program, {.stop = Stop::never, .budget = {.executions = 1000}});
    result.coverage.classes.add(7, 3);
    result.coverage.classes.set_has_more();
    result.coverage.too_long = 2;
    const Snapshot snapshot = snapshot_of({program.fingerprint}, {.index = 2, .of = 3}, result);
    ASSERT_GT(snapshot.coverage.orders.in_order().size(), 1U);
    std::string problem;
    EXPECT_EQ(snapshot_from(text_of(snapshot), problem), std::optional(snapshot)) << problem;
}

TEST(Snapshot, OfAnotherScenarioIsRefused) {
    const Program program = program_of(test::takers(4, 1));
    properties::Monitors monitors(program);
    const Snapshot snapshot = snapshot_of({program.fingerprint + 1}, {}, explore(program));
    EXPECT_NE(
        std::get<std::string>(result_of(snapshot, program, monitors)).find("another scenario"),
        std::string::npos
    );
}

}  // namespace
}  // namespace interlock::models
