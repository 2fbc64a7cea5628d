// The strategy optimal in parts that are explored at the same time: whatever the parts, and however
// late and in whatever order they come back, each class is run once.
#include "models/units/frontier.hpp"

#include "models/explorer/draws.hpp"
#include "properties/generators.hpp"
#include "tests/classes.hpp"
#include "tests/scenarios.hpp"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::by_optimal;
using test::Classes;
using test::program_of;

constexpr std::uint64_t executions_max = 5'000;

void add(Classes& all, Classes&& part) {
    all.executions += part.executions;
    all.blocked += part.blocked;
    all.is_consistent = all.is_consistent && part.is_consistent;
    all.all.merge(part.all);
}

// What is wrong with `parts`, or nothing.
std::string difference(const Classes& parts, const Classes& whole) {
    const bool is_same = parts.is_consistent && parts.all == whole.all &&
                         parts.executions == whole.all.size() && parts.blocked == 0;
    return is_same
               ? ""
               : std::to_string(parts.all.size()) + " classes of " +
                     std::to_string(whole.all.size()) + " in " + std::to_string(parts.executions) +
                     " executions, " + std::to_string(parts.blocked) + " blocked";
}

// As `workers` would, of which each runs some executions at a time, at most so many; `are_heard`:
// what they find to be missing above their parts is not lost.
Classes in_parts(
    const Program& program,
    Faults faults,
    std::uint64_t seed,
    std::uint64_t at_a_time,
    bool are_heard = true
) {
    struct Part {
        Subtree subtree;
        Branches rest;
        std::vector<Reversal> wanted;
    };
    constexpr std::size_t workers = 4;
    Draws draws(seed, 0);
    Frontier frontier(everything());
    std::vector<Part> parts;
    Classes all;
    while (!frontier.is_empty() || !parts.empty()) {
        if (!frontier.is_empty() && parts.size() < workers && draws.below(2) == 0) {
            Part part{draws.below(2) == 0 ? frontier.take_next() : frontier.take_largest(), {}, {}};
            Optimal optimal(&depend, part.subtree);
            add(all, test::explored(program, optimal, 1 + draws.below(at_a_time), faults));
            part.rest = optimal.rest();
            part.wanted = are_heard ? optimal.take_wanted() : std::vector<Reversal>();
            parts.push_back(std::move(part));
        } else if (!parts.empty()) {
            std::swap(parts[draws.below(parts.size())], parts.back());
            frontier.put_back(parts.back().subtree, parts.back().rest, parts.back().wanted);
            parts.pop_back();
        }
    }
    return all;
}

void expect_each_class_once(const Scenario& scenario, Faults faults) {
    RC_PRE(scenario.tasks.size() > 1);
    const auto compiled = compile(scenario);
    const auto* const program = std::get_if<Program>(&compiled);
    if (program == nullptr) {
        return;  // not for this revision
    }
    const Classes whole = by_optimal(*program, executions_max, faults);
    RC_CLASSIFY(whole.all.size() > 10, "more than 10 classes");
    RC_CLASSIFY(whole.all.size() > 100, "more than 100 classes");
    if (!whole.is_complete) {
        return;
    }
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const auto at_a_time = *rc::gen::element<std::uint64_t>(1, 3, 30);
    std::string const problem = difference(in_parts(*program, faults, seed, at_a_time), whole);
    if (!problem.empty()) {
        RC_FAIL(problem);
    }
}

Faults any_faults() {
    return {
        .raise = *rc::gen::inRange<std::uint32_t>(0, 3),
        .cancel = *rc::gen::inRange<std::uint32_t>(0, 3)};
}

RC_GTEST_PROP(OptimalInParts, RunsEachClassOnce, ()) {
    Scenario scenario = *properties::scenarios(properties::all_but_forks);
    if (!scenario.tasks.empty()) {
        scenario.tasks.front().count = *rc::gen::inRange<std::uint32_t>(1, 4);
    }
    expect_each_class_once(scenario, any_faults());
}

RC_GTEST_PROP(OptimalInParts, RunsEachClassOnceWhereTasksStartTasks, ()) {
    expect_each_class_once(
        *properties::scenarios(properties::all_but_holds),
        {.cancel = *rc::gen::inRange<std::uint32_t>(0, 2)}
    );
}

RC_GTEST_PROP(OptimalInParts, RunsEachClassOnceInTheDisciplinePreemptive, ()) {
    Scenario scenario = *properties::scenarios(properties::all_but_holds);
    scenario.explore.discipline = Discipline::preemptive;
    expect_each_class_once(scenario, {.cancel = *rc::gen::inRange<std::uint32_t>(0, 2)});
}

RC_GTEST_PROP(OptimalInParts, RunsEachClassOnceOfTheReference, ()) {
    Scenario scenario = *properties::scenarios(
        {.raises = true, .cancels = true, .sleeps = true, .orders_locks = false}
    );
    scenario.revision = *rc::gen::element<std::string>("split", "guarded", "merged", "head");
    expect_each_class_once(scenario, any_faults());
}

// Of two cancellations, the way to the second may be planned with it only, before anybody knows
// that the same way is wanted without it.
TEST(OptimalInParts, RunsEachClassOnceWhereSeveralFaultsArePlannedTogether) {
    const Program program = program_of(
        "groups: [g]\n"
        "jobs: {a: {concurrency: group_queue, body: []}}\n"
        "tasks:\n"
        "  many: {steps: [{hold: n}, {raise: Broken}, {unhold: n}], count: 2}\n"
        "  x: [{call: a@g, body: [work], catch: true}]\n"
        "  y: [{call: a@g, body: [work], catch: true}]\n"
    );
    for (const Faults faults : {Faults{.cancel = 2}, Faults{.raise = 1, .cancel = 1}}) {
        const Classes whole = by_optimal(program, executions_max, faults);
        EXPECT_EQ(whole.all, test::by_brute_force(program, 200'000, faults).all);
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            EXPECT_EQ(difference(in_parts(program, faults, seed, 30), whole), "") << seed;
        }
    }
}

std::string copies(std::size_t count, const std::string& steps) {
    return "tasks: {many: {steps: [" + steps + "], count: " + std::to_string(count) + "}}";
}

// Each holds its fork and the next one's.
std::string philosophers(std::size_t count) {
    std::string yaml = "tasks:\n";
    for (std::size_t i = 0; i < count; ++i) {
        const std::string mine = "fork" + std::to_string(i);
        const std::string next = "fork" + std::to_string((i + 1) % count);
        yaml.append("  p").append(mine).append(": [{hold: ").append(mine);
        yaml.append("}, {hold: ").append(next).append("}, {unhold: ").append(next);
        yaml.append("}, {unhold: ").append(mine).append("}]\n");
    }
    return yaml;
}

// Each looks before or after the one that writes: 2^count.
std::string readers(std::size_t count) {
    return "jobs: {read: {conditions: [good]}}\n"
           "tasks:\n"
           "  writer: [{set: {good: false}}]\n"
           "  reader: {steps: [{call: read, catch: true, body: []}], count: " +
           std::to_string(count) + "}\n";
}

struct Known {
    std::string yaml;
    std::size_t classes = 0;
};

// See optimal_test for the derivations.
std::vector<Known> known() {
    return {
        {philosophers(4), 15},
        {philosophers(6), 63},
        {readers(8), 256},
        {copies(5, "{hold: m}, {unhold: m}"), 120},
        {"jobs: {j: {concurrency: queue}}\n" + copies(4, "{call: j}"), 336},
        {"jobs: {j: {concurrency: reject}}\n" + copies(4, "{call: j}"), 148},
    };
}

TEST(OptimalInParts, RunsEachClassOfWhatIsKnownOnce) {
    for (const Known& program : known()) {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const Classes parts = in_parts(program_of(program.yaml), {}, seed, 1 + seed);
            EXPECT_EQ(parts.all.size(), program.classes) << program.yaml << seed;
            EXPECT_EQ(parts.executions, program.classes) << program.yaml << seed;
            EXPECT_EQ(parts.blocked, 0U) << program.yaml << seed;
        }
    }
}

// Why parts must be heard.
TEST(OptimalInParts, LosesClassesWhereNobodyHears) {
    for (const Known& program : known()) {
        const Classes parts = in_parts(program_of(program.yaml), {}, 1, 1, false);
        EXPECT_LT(parts.all.size(), program.classes) << program.yaml;
    }
}

// Makes given choices, and stops after one turn more than those.
class Path final : public Guide {
  public:
    explicit Path(std::vector<Choice> path) : path_(std::move(path)) {}

    Choice choose(const Trace& so_far, const ChoicePoint& possible) noexcept override {
        std::size_t const turn = so_far.turns.size();
        return turn < path_.size()    ? path_[turn]
               : turn == path_.size() ? Choice(lowest(possible.enabled))
                                      : enough;
    }

  private:
    std::vector<Choice> path_;
};

// Every way to take so many turns, but those that only swap what does not depend on each other: a
// cut that is the same for all, as shards need that know nothing of each other.
class Cut {
  public:
    Cut(const Program& program, std::size_t depth) : world_(program, scheduler_), depth_(depth) {
        descend({}, {});
    }

    [[nodiscard]] const std::vector<Subtree>& parts() const { return parts_; }

  private:
    Trace run(const std::vector<Choice>& path) {
        Path guide(path);
        Trace trace;
        scheduler_.run(world_, Plan{.prefix = {}, .guide = &guide}, trace);
        return trace;
    }

    void descend(const Subtree& at, const Sequence& asleep) {
        const Trace trace = run(at.path);
        if (at.path.size() == depth_ || trace.turns.size() == at.path.size()) {
            parts_.push_back(at);
            return;
        }
        Sequence before = asleep;  // and what is explored here
        Sequence explored;
        const TaskSet enabled = trace.turns[at.path.size()].enabled;
        for (TaskSet left = enabled; left != 0; left &= left - 1) {
            const Choice choice(lowest(left));
            const auto is_it = [&](const Planned& turn) { return turn.choice == choice; };
            if (std::any_of(asleep.begin(), asleep.end(), is_it)) {
                continue;
            }
            Subtree next = at;
            next.path.push_back(choice);
            next.instead.push_back(explored);
            const Footprint touches = run(next.path).turns[at.path.size()].touched;
            Sequence still = before;
            std::erase_if(still, [&](const Planned& turn) {
                return depend(turn.touches, touches);
            });
            descend(next, still);
            before.push_back({choice, touches});
            explored.push_back({choice, touches});
        }
    }

    Scheduler scheduler_;
    ScenarioWorld world_;
    std::size_t depth_;
    std::vector<Subtree> parts_;
};

// Why optimal has no shards: below such a cut it starts where others sleep, so executions are
// blocked, and what these would have shown to be missing is not explored.
TEST(OptimalInParts, LosesClassesBelowACutThatIsTheSameForAll) {
    for (const auto& [yaml, classes] : {Known{philosophers(6), 63}, Known{readers(8), 256}}) {
        const Program program = program_of(yaml);
        const std::vector<Subtree> parts = Cut(program, 3).parts();
        Classes all;
        for (const Subtree& part : parts) {
            Optimal optimal(&depend, part);
            add(all, test::explored(program, optimal, executions_max, {}));
        }
        EXPECT_LT(all.all.size(), classes) << yaml;
    }
}

}  // namespace
}  // namespace interlock::models
