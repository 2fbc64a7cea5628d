// The states that a search came to, and the turns between them; ways round in it that an execution
// could go for ever though somebody waits.
#pragma once

#include "models/trace/trace.hpp"

#include <cstdint>
#include <vector>

namespace interlock::models {

struct StateGraph {
    struct State {
        TaskSet ready = 0;
        TaskSet calling = 0;      // those with a call that is not over, or that wait otherwise
        TaskSet awaits_time = 0;  // asleep, or waiting with a timeout
        bool is_open = false;     // there is something to choose
    };
    struct Turn {
        std::uint32_t from = 0;
        std::uint32_t to = 0;
        Choice choice{};
        TaskSet progress = 0;  // tasks with a call that it ended, or whose steps
    };

    std::vector<State> states;  // the first is where executions begin
    std::vector<Turn> turns;
};

// What is chosen on the way to a state, and from there back to it.
struct Lasso {
    std::vector<Choice> stem;
    std::vector<Choice> round;  // empty: there is nothing to choose, it goes round by itself
};

// Rounds that are fair: whoever is ready somewhere in one has a turn in it, and time passes if
// somebody waits for that. In the first, if there is one, nobody makes progress; then one for each
// task that makes none while others do, though it is calling all the time.
std::vector<Lasso> lassos_in(const StateGraph& graph);

}  // namespace interlock::models
