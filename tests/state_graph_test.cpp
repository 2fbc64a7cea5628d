// Rounds in a graph of states: against every set of turns that an execution could repeat.
#include "models/explorer/state_graph.hpp"

#include <algorithm>
#include <bit>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

constexpr TaskSet a = 1;
constexpr TaskSet b = 2;
constexpr TaskId of_a{0};
constexpr TaskId of_b{1};

// Whether some states are each reached from each by these turns, and touched by them.
bool is_connected(const StateGraph& graph, std::uint32_t turns) {
    std::set<std::uint32_t> touched;
    for (std::size_t i = 0; i < graph.turns.size(); ++i) {
        if ((turns >> i & 1U) != 0) {
            touched.insert({graph.turns[i].from, graph.turns[i].to});
        }
    }
    return std::all_of(touched.begin(), touched.end(), [&](std::uint32_t from) {
        std::set<std::uint32_t> reached{from};
        for (std::size_t before = 0; before != reached.size();) {
            before = reached.size();
            for (std::size_t i = 0; i < graph.turns.size(); ++i) {
                if ((turns >> i & 1U) != 0 && reached.contains(graph.turns[i].from)) {
                    reached.insert(graph.turns[i].to);
                }
            }
        }
        return reached == touched;
    });
}

struct Seen {
    TaskSet owed = 0;
    TaskSet ran = 0;
    TaskSet progress = 0;
    TaskSet calling = ~TaskSet{0};

    void see(const StateGraph& graph, const StateGraph::Turn& turn) {
        for (const std::uint32_t state : {turn.from, turn.to}) {
            const StateGraph::State& at = graph.states[state];
            owed |= at.ready | (at.awaits_time != 0 ? set_of(passing_of_time) : 0);
            calling &= at.calling;
        }
        ran |= set_of(turn.choice.task);
        progress |= turn.progress;
    }
    [[nodiscard]] bool is_fair() const { return (owed & ~ran) == 0; }
    [[nodiscard]] bool is_livelock() const { return is_fair() && progress == 0; }
    [[nodiscard]] TaskSet starving() const {
        return is_fair() && progress != 0 ? calling & ~progress : 0;
    }
};

// By trying all sets of turns: 1 if some is a livelock, and how many tasks starve in some.
std::size_t wrongs_in(const StateGraph& graph) {
    bool has_livelock = false;
    TaskSet starving = 0;
    for (std::uint32_t turns = 1; turns < 1U << graph.turns.size(); ++turns) {
        Seen seen;
        for (std::size_t i = 0; i < graph.turns.size(); ++i) {
            if ((turns >> i & 1U) != 0) {
                seen.see(graph, graph.turns[i]);
            }
        }
        if (is_connected(graph, turns)) {
            has_livelock = has_livelock || seen.is_livelock();
            starving |= seen.starving();
        }
    }
    return (has_livelock ? 1U : 0U) + static_cast<std::size_t>(std::popcount(starving));
}

// Follows the choices, and where there is none to make, the only turn; -1 if that cannot be.
class Walk {
  public:
    explicit Walk(const StateGraph& graph) : graph_(graph) {}

    bool go(const std::vector<Choice>& choices, Seen* seen = nullptr) {
        return std::ranges::all_of(choices, [&](Choice choice) {
            return skip(seen) && take(choice, seen);
        });
    }

    // To the next state with a choice; where there is none any more, once round.
    bool skip(Seen* seen = nullptr) {
        std::set<std::uint32_t> passed;
        while (!graph_.states[at_].is_open && passed.insert(at_).second) {
            if (!take(std::nullopt, seen)) {
                return false;
            }
        }
        return true;
    }

    [[nodiscard]] std::uint32_t at() const { return at_; }

  private:
    bool take(std::optional<Choice> choice, Seen* seen) {
        for (const StateGraph::Turn& turn : graph_.turns) {
            if (turn.from == at_ && (!choice || turn.choice == *choice)) {
                at_ = turn.to;
                if (seen != nullptr) {
                    seen->see(graph_, turn);
                }
                return true;
            }
        }
        return false;
    }

    const StateGraph& graph_;
    std::uint32_t at_ = 0;
};

// From each state, those tasks that are ready have a turn to some state.
StateGraph made_up() {
    StateGraph graph;
    const auto count = *rc::gen::inRange<std::uint32_t>(1, 5);
    for (std::uint32_t state = 0; state < count; ++state) {
        const TaskSet ready = *rc::gen::inRange<TaskSet>(1, 4);
        graph.states.push_back({
            .ready = ready,
            .calling = *rc::gen::inRange<TaskSet>(0, 4),
            .awaits_time = *rc::gen::inRange<TaskSet>(0, 8) == 0 ? b : 0,
            .is_open = ready == (a | b),
        });
        for (const TaskId task : {of_a, of_b}) {
            if ((ready & set_of(task)) != 0) {
                const bool progresses = *rc::gen::inRange(0, 3) == 0;
                graph.turns.push_back(
                    {state,
                     *rc::gen::inRange<std::uint32_t>(0, count),
                     task,
                     progresses ? set_of(task) : 0}
                );
            }
        }
    }
    return graph;
}

// Only what can be reached counts.
StateGraph reachable(const StateGraph& graph) {
    std::vector<std::uint32_t> order{0};
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (const StateGraph::Turn& turn : graph.turns) {
            if (turn.from == order[i] &&
                std::find(order.begin(), order.end(), turn.to) == order.end()) {
                order.push_back(turn.to);
            }
        }
    }
    const auto place = [&](std::uint32_t state) {
        return static_cast<std::uint32_t>(
            std::find(order.begin(), order.end(), state) - order.begin()
        );
    };
    StateGraph part;
    for (const std::uint32_t state : order) {
        part.states.push_back(graph.states[state]);
    }
    for (StateGraph::Turn turn : graph.turns) {
        if (place(turn.from) < order.size()) {
            turn.from = place(turn.from);
            turn.to = place(turn.to);
            part.turns.push_back(turn);
        }
    }
    return part;
}

RC_GTEST_PROP(StateGraph, HasTheRoundsThatSomeSetOfTurnsIs, ()) {
    const StateGraph graph = reachable(made_up());
    const auto lassos = lassos_in(graph);
    RC_CLASSIFY(!lassos.empty(), "something is wrong");
    RC_ASSERT(lassos.size() == wrongs_in(graph));
}

RC_GTEST_PROP(StateGraph, HasRoundsThatCanBeGone, ()) {
    const StateGraph graph = reachable(made_up());
    for (const Lasso& lasso : lassos_in(graph)) {
        Walk walk(graph);
        RC_ASSERT(walk.go(lasso.stem));
        RC_ASSERT(walk.skip());
        const std::uint32_t start = walk.at();
        Seen seen;
        RC_ASSERT(walk.go(lasso.round, &seen));
        RC_ASSERT(walk.skip(&seen));
        RC_ASSERT(walk.at() == start);
        RC_ASSERT(seen.is_livelock() || seen.starving() != 0);
    }
}

// a and b take turns, and no call is over.
TEST(StateGraph, IsALivelockWhereNobodyMakesProgress) {
    const StateGraph graph{
        {{.ready = a | b, .calling = a | b, .is_open = true}, {.ready = b, .calling = a | b}},
        {{0, 1, of_a}, {1, 0, of_b}}};
    const auto lassos = lassos_in(graph);
    ASSERT_EQ(lassos.size(), 1U);
    EXPECT_TRUE(lassos.front().stem.empty());
    EXPECT_EQ(lassos.front().round, std::vector<Choice>{of_a});
}

// b is ready and never runs in the only round there is.
TEST(StateGraph, IsNoneWhereSomebodyWhoIsReadyHasNoTurn) {
    const StateGraph graph{
        {{.ready = a | b, .calling = a | b, .is_open = true}, {}}, {{0, 0, of_a}, {0, 1, of_b}}};
    EXPECT_TRUE(lassos_in(graph).empty());
}

// b sleeps, and no time passes.
TEST(StateGraph, IsNoneWhereTimeShouldPass) {
    StateGraph graph{{{.ready = a, .calling = b, .awaits_time = b}}, {{0, 0, of_a, a}}};
    EXPECT_TRUE(lassos_in(graph).empty());
    graph.states.front().awaits_time = 0;
    EXPECT_EQ(lassos_in(graph).size(), 1U);
}

}  // namespace
}  // namespace interlock::models
