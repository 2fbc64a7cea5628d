// Tasks that other tasks start: gather, spawn, detach and join, on the core and on the reference.
#include "models/scenario/world.hpp"
#include "tests/scenarios.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace interlock::models {
namespace {

using Outcome = std::map<std::string, std::string>;

struct Explored {
    Program program;
    Result result;
    std::set<Outcome> outcomes;
    std::set<EventKind> events;  // that some execution has
};

Explored explore(const std::string& yaml) {
    Explored explored{test::program_of(yaml), {}, {}, {}};
    properties::Monitors monitors(explored.program);
    test::OnTrace each(monitors, [&](const Trace& trace) {
        for (const TraceEvent& event : trace.events) {
            explored.events.insert(event.kind);
        }
    });
    explored.result = check(explored.program, each, {.stop = Stop::never});
    EXPECT_TRUE(explored.result.is_complete);
    for (const auto& codes : explored.result.outcomes) {
        Outcome outcome;
        for (std::size_t site = 0; site < codes.size(); ++site) {
            if (codes[site] != never_made) {
                outcome[explored.program.sites[site].label] = name_of_outcome(codes[site]);
            }
        }
        explored.outcomes.insert(std::move(outcome));
    }
    return explored;
}

std::string problem_in(const std::string& yaml) {
    const auto scenario = read_scenario("interlock: 1\nname: test\n" + yaml, "");
    if (const auto* const problem = std::get_if<Diagnostic>(&scenario)) {
        return text_of(*problem, "");
    }
    const auto program = compile(std::get<Scenario>(scenario));
    const auto* const problem = std::get_if<Diagnostic>(&program);
    return problem != nullptr ? text_of(*problem, "") : "";
}

// B02: the reference's children shut each other out for ever; the core's take turns.
constexpr const char* family =
    "groups: [g]\n"
    "jobs: {parent: {concurrency: group_queue}, child: {concurrency: group_queue}}\n"
    "tasks:\n"
    "  t: [{call: parent@g, body: [{gather: [{call: child@g}, {call: child@g}]}]}]\n";

TEST(Children, OfACoreJobTakeTurnsInItsGroup) {
    const Explored explored = explore(family);
    EXPECT_EQ(explored.result.verdict, Verdict::holds);
    EXPECT_EQ(
        explored.outcomes, (std::set<Outcome>{{{"t.0", "ran"}, {"t.0.0", "ran"}, {"t.0.1", "ran"}}})
    );
}

TEST(Children, OfAJobOfTheReferenceDeadlock) {
    const Explored explored = explore(std::string("revision: head\n") + family);
    EXPECT_EQ(explored.result.verdict, Verdict::violated);
    // Unless the first is over before the second begins.
    EXPECT_EQ(
        explored.outcomes,
        (std::set<Outcome>{
            {{"t.0", "ran"}, {"t.0.0", "ran"}, {"t.0.1", "ran"}},
            {{"t.0", "stuck"}, {"t.0.0", "ran"}, {"t.0.1", "stuck"}},
            {{"t.0", "stuck"}, {"t.0.0", "stuck"}, {"t.0.1", "ran"}}})
    );
}

TEST(Children, MayOutliveTheCoreJobThatSpawnedThem) {
    const Explored explored = explore(
        "groups: [g]\n"
        "jobs: {parent: {concurrency: group_queue}, child: {concurrency: group_queue}}\n"
        "tasks:\n"
        "  t: [{call: parent@g, body: [{spawn: {call: child@g}}, work]}, {call: parent@g}]\n"
    );
    EXPECT_EQ(explored.result.verdict, Verdict::holds);
    EXPECT_EQ(
        explored.outcomes, (std::set<Outcome>{{{"t.0", "ran"}, {"t.0.0", "ran"}, {"t.1", "ran"}}})
    );
}

// B19: who joins a detached task of its own group waits for itself.
TEST(Children, AreNotJoinedWhenThatWouldNeverEnd) {
    std::string const yaml =
        "groups: [g]\n"
        "jobs: {parent: {concurrency: group_queue}, child: {concurrency: group_queue}}\n"
        "tasks:\n"
        "  t: [{call: parent@g, body: [{detach: {call: child@g, label: kid}}, {join: kid}]}]\n";
    const Explored core = explore(yaml);
    EXPECT_EQ(core.result.verdict, Verdict::holds);
    EXPECT_EQ(core.outcomes, (std::set<Outcome>{{{"t.0", "ran"}, {"kid", "would_deadlock"}}}));
    const Explored head = explore("revision: head\n" + yaml);
    EXPECT_EQ(head.result.verdict, Verdict::violated);
    EXPECT_EQ(head.outcomes, (std::set<Outcome>{{{"t.0", "stuck"}, {"kid", "stuck"}}}));
}

// The same when the child waits before the join: then it is the join that is refused.
TEST(Children, RefuseTheJoinThatWouldNeverEnd) {
    const Explored core = explore(
        "groups: [g]\n"
        "jobs: {parent: {concurrency: group_queue}, child: {concurrency: group_queue}}\n"
        "tasks:\n"
        "  t: [{call: parent@g, body: [{detach: {call: child@g, label: kid}}, work, {join: "
        "kid}]}]\n"
    );
    EXPECT_EQ(core.result.verdict, Verdict::holds);
    EXPECT_TRUE(core.events.contains(EventKind::join_refused));
    EXPECT_EQ(
        core.outcomes,
        (std::set<Outcome>{
            {{"t.0", "failed"}, {"kid", "ran"}}, {{"t.0", "ran"}, {"kid", "would_deadlock"}}})
    );
}

TEST(Children, PassTheirFirstErrorToWhoGathersThem) {
    for (std::string const revision : {"interlock", "head"}) {
        const auto yaml = [&](const char* option) {
            return "revision: " + revision +
                   "\njobs: {parent: {}, child: {}}\ntasks:\n"
                   "  t: [{call: parent, catch: true, body: [{gather: [{call: child, body: "
                   "[{raise: "
                   "JobException}]}, {call: child}]" +
                   option + "}]}]\n";
        };
        EXPECT_EQ(explore(yaml("")).outcomes.begin()->at("t.0"), "failed") << revision;
        EXPECT_EQ(explore(yaml(", return_exceptions: true")).outcomes.begin()->at("t.0"), "ran")
            << revision;
    }
}

// The parent is told by its children, which are cancelled in its place; a child that has not begun
// never does.
TEST(Children, AreCancelledWithWhoGathersThem) {
    for (std::string const revision : {"interlock", "head"}) {
        const Explored explored = explore(
            "revision: " + revision +
            "\njobs: {parent: {}, child: {}}\ntasks:\n"
            "  t: [{call: parent, body: [{gather: [{call: child, body: [work, work]}]}]}]\n"
            "  u: [work, {cancel: t}]\n"
        );
        EXPECT_TRUE(explored.outcomes.contains({{"t.0", "cancelled"}, {"t.0.0", "cancelled"}}))
            << revision;
        EXPECT_TRUE(explored.outcomes.contains({{"t.0", "cancelled"}})) << revision;
        EXPECT_FALSE(explored.outcomes.contains({{"t.0", "ran"}, {"t.0.0", "cancelled"}}))
            << revision;
    }
}

TEST(Children, AreCancelledByTheirLabels) {
    const Explored explored =
        explore("jobs: {j: {}}\ntasks: {t: [{spawn: {call: j, label: kid}}, work, {cancel: kid}]}\n"
        );
    EXPECT_EQ(explored.outcomes, (std::set<Outcome>{{}, {{"kid", "cancelled"}}, {{"kid", "ran"}}}));
}

TEST(Children, OfCopiesAreNamedAsTheCopies) {
    const Explored explored = explore(
        "jobs: {j: {}}\n"
        "tasks: {t: {steps: [{spawn: {call: j, label: kid}}, {join: kid}], count: 2}}\n"
    );
    EXPECT_EQ(explored.outcomes, (std::set<Outcome>{{{"kid#1", "ran"}, {"kid#2", "ran"}}}));
}

TEST(Children, GiveTheSameTraceAgain) {
    const Program program = test::program_of(std::string("revision: head\n") + family);
    Trace first;
    Trace again;
    properties::Monitors monitors(program);
    for (Trace* const trace : {&first, &again}) {
        test::OnTrace keep(monitors, [&](const Trace& seen) { *trace = seen; });
        check(program, keep, {.strategy = Strategy::fifo});
    }
    EXPECT_FALSE(first.events.empty());
    EXPECT_EQ(first.events, again.events);
}

TEST(Children, MustBeWellNamedAndNotTooMany) {
    std::string const jobs = "jobs: {j: {}}\n";
    EXPECT_EQ(
        problem_in(jobs + "tasks: {t: [{join: kid}]}"),
        "4:13: no call 'kid' is spawned or detached; write one, as {spawn: {call: job, label: kid}}"
    );
    EXPECT_EQ(
        problem_in(jobs + "tasks: {t: [{spawn: {call: j}}, {join: kid}]}"),
        "4:33: no call 'kid' is spawned or detached; there is t.0"
    );
    EXPECT_EQ(
        problem_in(jobs + "tasks: {t: [{gather: [{call: j, label: kid}]}, {join: kid}]}"),
        "4:48: 'kid' is of a gather, which waits for it itself"
    );
    EXPECT_EQ(
        problem_in(jobs + "tasks: {t: [{spawn: {call: j}}, {join: t.0}, {join: t.0}]}"),
        "4:46: 't.0' is joined twice; join it once"
    );
    EXPECT_EQ(
        problem_in(jobs + "tasks: {t: {steps: [{spawn: {call: j}}], count: 32}}"),
        "4:29: with this there are more than 62 tasks, those that others start among them; make it "
        "fewer"
    );
}

}  // namespace
}  // namespace interlock::models
