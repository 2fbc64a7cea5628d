// Whether turns that may change places do: in both orders they lead to the same state.
#pragma once

#include "models/explorer/exhaustive.hpp"
#include "models/scenario/world.hpp"
#include "properties/monitors.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace interlock::test {

// Runs executions, and of each two neighbouring turns that the dependence calls independent the
// other order too: it must be possible, and so must the rest be; each turn must touch the same, and
// all come to the same. In the cooperative discipline, after the two there is also one state; in
// the other one, a call that was handed a lock that it waited for, and one that found it free, are
// not told apart until it goes on.
class Diamonds final : private models::Guide {
  public:
    Diamonds(
        const models::Program& program,
        models::Faults faults,
        models::Dependence dependence = &models::depend
    )
        : world_(program, scheduler_),
          monitors_(program),
          is_cooperative_(program.discipline == models::Discipline::cooperative),
          faults_(faults),
          depend_(dependence) {
        for (std::size_t task = 0; task < program.tasks.size(); ++task) {
            each_.push_back(models::TaskId{static_cast<std::uint8_t>(task)});
        }
    }

    // Of the first executions only, if there are more: what is wrong first, or nothing.
    std::string difference(std::uint64_t executions_max) {
        models::Exhaustive exhaustive;
        Path before;
        for (std::uint64_t i = 0; i < executions_max; ++i) {
            auto plan = exhaustive.next();
            if (!plan) {
                break;
            }
            prefix_ = plan->prefix;
            forced_ = nullptr;
            const Path path = run();
            exhaustive.learn(trace_);
            const auto parted = std::mismatch(
                path.turns.begin(),
                path.turns.end(),
                before.turns.begin(),
                before.turns.end(),
                [](const auto& one, const auto& other) { return one.chosen == other.chosen; }
            );
            auto first = static_cast<std::size_t>(parted.first - path.turns.begin());
            for (first = std::max<std::size_t>(first, 1); first < path.turns.size(); ++first) {
                std::string wrong = difference_of(path, first - 1);
                if (!wrong.empty()) {
                    return wrong;
                }
            }
            before = path;
        }
        return {};
    }

    // Pairs of turns that were tried.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  private:
    struct Path {
        std::vector<models::Turn> turns;
        std::vector<models::Digest> states;  // before each turn that was chosen
        std::vector<std::uint8_t> outcomes;
        models::TaskSet unfinished = 0;
        models::Ending ending{};
    };

    Path run() {
        states_.clear();
        scheduler_.run(world_, {.prefix = {}, .faults = faults_, .guide = this}, trace_);
        std::vector<models::Finding> findings;
        monitors_.judge(trace_, findings);  // what they remember ends with the execution
        return {trace_.turns, states_, trace_.outcomes, trace_.unfinished, trace_.ending};
    }

    models::Choice choose(
        const models::Trace& so_far, const models::ChoicePoint& possible
    ) noexcept override {
        scheduler_.state(state_);
        world_.state(so_far, state_);
        monitors_.state(so_far, state_);
        states_.push_back(state_.digest(each_));
        if (forced_ != nullptr) {
            std::size_t const depth = so_far.turns.size();
            const bool goes_on = depth < forced_->size() && possible.allows((*forced_)[depth]);
            return goes_on ? (*forced_)[depth] : models::enough;
        }
        std::size_t const made = so_far.choices.size();
        const bool is_forced = possible.is_open() && made < prefix_.size();
        return is_forced ? prefix_[made] : possible.only();
    }

    // Of a path whose turn number `first` and the next one change places.
    std::string difference_of(const Path& path, std::size_t first) {
        const models::Turn& one = path.turns[first];
        const models::Turn& other = path.turns[first + 1];
        if (one.task() == models::passing_of_time || other.task() == models::passing_of_time ||
            depend_(one.touched, other.touched)) {
            return {};
        }
        ++count_;
        std::vector<models::Choice> choices;
        for (std::size_t i = 0; i < first; ++i) {
            choices.push_back(path.turns[i].chosen);
        }
        choices.push_back(other.chosen);
        choices.push_back(one.chosen);
        std::size_t const after = first + 2;
        for (std::size_t i = after; i < path.turns.size(); ++i) {
            choices.push_back(path.turns[i].chosen);
        }
        forced_ = &choices;
        const Path swapped = run();
        std::string const where = " of turns " + std::to_string(first + 1) + " and " +
                                  std::to_string(first + 2) + ", which do not depend on each other";
        if (swapped.turns.size() < after) {
            return "impossible is the other order" + where;
        }
        if (swapped.turns.size() != path.turns.size() || swapped.ending != path.ending) {
            return "it cannot go on the same after the other order" + where;
        }
        std::vector<models::Turn> turns = path.turns;
        std::swap(turns[first], turns[first + 1]);
        const auto touch_the_same = [](const auto& a, const auto& b) {
            return a.touched == b.touched;
        };
        if (!std::equal(turns.begin(), turns.end(), swapped.turns.begin(), touch_the_same)) {
            return "other things are touched in the other order" + where;
        }
        if (path.outcomes != swapped.outcomes || path.unfinished != swapped.unfinished) {
            return "something else comes of the other order" + where;
        }
        const bool is_end = after == path.turns.size();
        return is_end || !is_cooperative_ || path.states[after] == swapped.states[after]
                   ? std::string{}
                   : "another state follows the other order" + where;
    }

    models::Scheduler scheduler_;
    models::ScenarioWorld world_;
    properties::Monitors monitors_;
    const bool is_cooperative_;
    models::Faults faults_;
    models::Dependence depend_;
    models::State state_;
    models::Trace trace_;
    std::vector<models::TaskId> each_;
    std::vector<models::Digest> states_;
    std::span<const models::Choice> prefix_;
    const std::vector<models::Choice>* forced_ = nullptr;
    std::uint64_t count_ = 0;
};

}  // namespace interlock::test
