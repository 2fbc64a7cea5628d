#include "models/explorer/state_graph.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <optional>

namespace interlock::models {

namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
constexpr TaskSet time_bit = set_of(passing_of_time);

using States = std::vector<std::uint32_t>;

// Of a turn, who had it; time if that passed.
TaskSet runs(const StateGraph::Turn& turn) noexcept {
    return turn.choice.fault == Fault::cancel ? 0 : set_of(turn.choice.task);
}

// Whose turns an execution owes that stays among states like this one.
TaskSet owes(const StateGraph::State& state) noexcept {
    return state.ready | (state.awaits_time != 0 ? time_bit : 0);
}

// A graph whose turns are found by the state that they begin in, without those that are not
// `allowed`.
class Part {
  public:
    Part(const StateGraph& graph, const std::function<bool(const StateGraph::Turn&)>& allowed)
        : graph_(graph), first_(graph.states.size() + 1, 0), part_(graph.states.size(), 0) {
        for (std::uint32_t i = 0; i < graph.turns.size(); ++i) {
            if (allowed(graph.turns[i])) {
                turns_.push_back(i);
            }
        }
        std::stable_sort(turns_.begin(), turns_.end(), [&](std::uint32_t a, std::uint32_t b) {
            return graph.turns[a].from < graph.turns[b].from;
        });
        for (const std::uint32_t turn : turns_) {
            ++first_[graph.turns[turn].from + 1];
        }
        for (std::size_t i = 1; i < first_.size(); ++i) {
            first_[i] += first_[i - 1];
        }
    }

    // Sets of states of which each can be reached from each, by turns among them, fairly.
    std::vector<States> fair_components(States states) {
        std::vector<States> fair;
        std::vector<States> open{std::move(states)};
        while (!open.empty()) {
            const States among = std::move(open.back());
            open.pop_back();
            for (States& component : components(among)) {
                const TaskSet missing = missing_in(component);
                if (missing == 0) {
                    fair.push_back(std::move(component));
                    continue;
                }
                const std::size_t before = component.size();
                std::erase_if(component, [&](std::uint32_t state) {
                    return (owes(graph_.states[state]) & missing) != 0;
                });
                if (!component.empty() && component.size() < before) {
                    open.push_back(std::move(component));
                }
            }
        }
        return fair;
    }

    // From `from`, by turns among `states`, the shortest way that ends with a turn that is wanted.
    std::vector<std::uint32_t> way(
        std::uint32_t from,
        const States& states,
        const std::function<bool(const StateGraph::Turn&)>& is_wanted
    ) {
        enter(states);
        std::vector<std::uint32_t> arrival(graph_.states.size(), none);
        std::deque<std::uint32_t> open{from};
        while (!open.empty()) {
            const std::uint32_t at = open.front();
            open.pop_front();
            for (std::uint32_t i = first_[at]; i < first_[at + 1]; ++i) {
                const StateGraph::Turn& turn = graph_.turns[turns_[i]];
                if (!is_inside(turn)) {
                    continue;
                }
                if (is_wanted(turn)) {
                    std::vector<std::uint32_t> way{turns_[i]};
                    for (std::uint32_t state = at; state != from;) {
                        way.push_back(arrival[state]);
                        state = graph_.turns[arrival[state]].from;
                    }
                    std::reverse(way.begin(), way.end());
                    return way;
                }
                if (arrival[turn.to] == none && turn.to != from) {
                    arrival[turn.to] = turns_[i];
                    open.push_back(turn.to);
                }
            }
        }
        return {};
    }

    template <class Function>
    void for_each_turn(const States& states, Function function) {
        enter(states);
        for (const std::uint32_t state : states) {
            for (std::uint32_t i = first_[state]; i < first_[state + 1]; ++i) {
                if (is_inside(graph_.turns[turns_[i]])) {
                    function(graph_.turns[turns_[i]]);
                }
            }
        }
    }

  private:
    void enter(const States& states) {
        ++now_;
        for (const std::uint32_t state : states) {
            part_[state] = now_;
        }
    }

    [[nodiscard]] bool is_inside(const StateGraph::Turn& turn) const {
        return part_[turn.from] == now_ && part_[turn.to] == now_;
    }

    // Who never has a turn in it though it should.
    TaskSet missing_in(const States& states) {
        TaskSet owed = 0;
        TaskSet ran = 0;
        for (const std::uint32_t state : states) {
            owed |= owes(graph_.states[state]);
        }
        for_each_turn(states, [&](const StateGraph::Turn& turn) { ran |= runs(turn); });
        return owed & ~ran;
    }

    // Where the next turn of `state` leads to that stays inside, from `next` on.
    std::optional<std::uint32_t> next_from(std::uint32_t state, std::uint32_t& next) const {
        while (next < first_[state + 1]) {
            const StateGraph::Turn& turn = graph_.turns[turns_[next++]];
            if (is_inside(turn)) {
                return turn.to;
            }
        }
        return std::nullopt;
    }

    // Takes off the top, down to `last`.
    static States take_from(States& stack, std::uint32_t last) {
        const auto begin = std::find(stack.begin(), stack.end(), last);
        States taken(begin, stack.end());
        stack.erase(begin, stack.end());
        return taken;
    }

    // Those that have a turn within them (Tarjan, SIAM Journal on Computing 1972).
    std::vector<States> components(const States& states) {
        enter(states);
        struct Frame {
            std::uint32_t state;
            std::uint32_t next;  // turn to follow
        };
        std::vector<States> found;
        std::vector<std::uint32_t> index(graph_.states.size(), none);
        std::vector<std::uint32_t> low(graph_.states.size(), none);
        std::vector<bool> is_open(graph_.states.size(), false);
        States stack;
        std::uint32_t count = 0;
        for (const std::uint32_t root : states) {
            std::vector<Frame> frames;
            const auto visit = [&](std::uint32_t state) {
                index[state] = low[state] = count++;
                is_open[state] = true;
                stack.push_back(state);
                frames.push_back({state, first_[state]});
            };
            if (index[root] == none) {
                visit(root);
            }
            while (!frames.empty()) {
                const std::uint32_t at = frames.back().state;
                if (const auto to = next_from(at, frames.back().next)) {
                    if (index[*to] == none) {
                        visit(*to);
                    } else if (is_open[*to]) {
                        low[at] = std::min(low[at], index[*to]);
                    }
                    continue;
                }
                frames.pop_back();
                if (!frames.empty()) {
                    low[frames.back().state] = std::min(low[frames.back().state], low[at]);
                }
                if (low[at] == index[at]) {
                    found.push_back(take_from(stack, at));
                    for (const std::uint32_t state : found.back()) {
                        is_open[state] = false;
                    }
                }
            }
        }
        std::erase_if(found, [&](const States& component) { return !has_turns(component); });
        return found;
    }

    bool has_turns(const States& states) {
        if (states.size() > 1) {
            return true;
        }
        bool has = false;
        for_each_turn(states, [&](const StateGraph::Turn& /*turn*/) { has = true; });
        return has;
    }

    const StateGraph& graph_;
    std::vector<std::uint32_t> turns_;  // by the state that they begin in
    std::vector<std::uint32_t> first_;  // of each state, in turns_
    std::vector<std::uint32_t> part_;   // of each state: the last that it was entered into
    std::uint32_t now_ = 0;
};

States all_of(const StateGraph& graph) {
    States states(graph.states.size());
    for (std::uint32_t i = 0; i < states.size(); ++i) {
        states[i] = i;
    }
    return states;
}

// How many turns it takes to each state, at the least.
std::vector<std::uint32_t> distances_in(const StateGraph& graph) {
    std::vector<std::vector<std::uint32_t>> next(graph.states.size());
    for (const StateGraph::Turn& turn : graph.turns) {
        next[turn.from].push_back(turn.to);
    }
    std::vector<std::uint32_t> distances(graph.states.size(), none);
    std::deque<std::uint32_t> open{0};
    distances.front() = 0;
    while (!open.empty()) {
        const std::uint32_t at = open.front();
        open.pop_front();
        for (const std::uint32_t to : next[at]) {
            if (distances[to] == none) {
                distances[to] = distances[at] + 1;
                open.push_back(to);
            }
        }
    }
    return distances;
}

class Search {
  public:
    explicit Search(const StateGraph& graph)
        : graph_(graph),
          distances_(distances_in(graph)),
          whole_(graph, [](const auto&) { return true; }) {}

    // In which no turn makes progress for any of `tasks`, which are calling all along; with a turn
    // that does for others, if that `is_needed`.
    std::optional<Lasso> find(TaskSet tasks, TaskSet calling, bool is_needed) {
        Part part(graph_, [&](const StateGraph::Turn& turn) {
            return (turn.progress & tasks) == 0;
        });
        States states = all_of(graph_);
        std::erase_if(states, [&](std::uint32_t state) {
            return (graph_.states[state].calling & calling) != calling;
        });
        std::optional<std::uint32_t> anchor;
        States around;
        for (States& component : part.fair_components(std::move(states))) {
            bool has_progress = !is_needed;
            part.for_each_turn(component, [&](const StateGraph::Turn& turn) {
                has_progress = has_progress || turn.progress != 0;
            });
            const std::uint32_t nearest = anchor_of(component);
            if (has_progress && (!anchor || distances_[nearest] < distances_[*anchor])) {
                anchor = nearest;
                around = std::move(component);
            }
        }
        if (!anchor) {
            return std::nullopt;
        }
        Lasso lasso;
        if (*anchor != 0) {
            add(lasso.stem, whole_.way(0, all_of(graph_), [&](const StateGraph::Turn& turn) {
                return turn.to == *anchor;
            }));
        }
        go_round(lasso.round, part, *anchor, around, is_needed);
        return lasso;
    }

  private:
    // The state of a round that it is entered by: one where there is a choice, if possible.
    [[nodiscard]] std::uint32_t anchor_of(const States& component) const {
        return *std::min_element(
            component.begin(),
            component.end(),
            [&](std::uint32_t a, std::uint32_t b) {
                const bool a_is_open = graph_.states[a].is_open;
                const bool b_is_open = graph_.states[b].is_open;
                return a_is_open != b_is_open ? a_is_open : distances_[a] < distances_[b];
            }
        );
    }

    // Past a turn of each task that is owed one, and one that makes progress if that is needed.
    void go_round(
        std::vector<Choice>& round,
        Part& part,
        std::uint32_t anchor,
        const States& around,
        bool needs_progress
    ) {
        TaskSet owed = 0;
        for (const std::uint32_t state : around) {
            owed |= owes(graph_.states[state]);
        }
        std::uint32_t at = anchor;
        const auto go = [&](const std::function<bool(const StateGraph::Turn&)>& is_wanted) {
            const auto way = part.way(at, around, is_wanted);
            for (const std::uint32_t turn : way) {
                owed &= ~runs(graph_.turns[turn]);
                needs_progress = needs_progress && graph_.turns[turn].progress == 0;
            }
            add(round, way);
            at = way.empty() ? at : graph_.turns[way.back()].to;
        };
        while (owed != 0) {
            go([&](const StateGraph::Turn& turn) { return (runs(turn) & owed) != 0; });
        }
        if (needs_progress) {
            go([&](const StateGraph::Turn& turn) { return turn.progress != 0; });
        }
        if (at != anchor) {
            go([&](const StateGraph::Turn& turn) { return turn.to == anchor; });
        }
    }

    // Where there is something to choose.
    void add(std::vector<Choice>& choices, const std::vector<std::uint32_t>& way) const {
        for (const std::uint32_t turn : way) {
            if (graph_.states[graph_.turns[turn].from].is_open) {
                choices.push_back(graph_.turns[turn].choice);
            }
        }
    }

    const StateGraph& graph_;
    std::vector<std::uint32_t> distances_;
    Part whole_;
};

}  // namespace

std::vector<Lasso> lassos_in(const StateGraph& graph) {
    std::vector<Lasso> lassos;
    if (graph.states.empty()) {
        return lassos;
    }
    Search search(graph);
    if (auto livelock = search.find(~TaskSet{0}, 0, false)) {
        lassos.push_back(*std::move(livelock));
    }
    TaskSet calling = 0;
    for (const StateGraph::State& state : graph.states) {
        calling |= state.calling;
    }
    for (; calling != 0; calling &= calling - 1) {
        const TaskSet task = set_of(lowest(calling));
        if (auto starvation = search.find(task, task, true)) {
            lassos.push_back(*std::move(starvation));
        }
    }
    return lassos;
}

}  // namespace interlock::models
