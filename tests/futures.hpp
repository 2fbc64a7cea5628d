// Whether states that are taken for one have the same future, found by running every execution.
#pragma once

#include "models/explorer/exhaustive.hpp"
#include "models/scenario/world.hpp"
#include "properties/monitors.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace interlock::test {

class Futures final : private models::Guide {
  public:
    // `state` is an empty one.
    Futures(const models::Program& program, models::Faults faults, models::State state)
        : world_(program, scheduler_),
          monitors_(program),
          faults_(faults),
          state_(std::move(state)) {
        for (std::size_t task = 0; task < program.tasks.size(); ++task) {
            each_.push_back(models::TaskId{static_cast<std::uint8_t>(task)});
        }
    }

    // Whether from equal states on, executions come to the same outcomes and violations. Of the
    // first executions only, if there are more.
    bool are_equal(std::uint64_t executions_max) {
        models::Exhaustive exhaustive;
        models::Trace trace;
        for (std::uint64_t i = 0; i < executions_max; ++i) {
            auto plan = exhaustive.next();
            if (!plan) {
                close(0);
                break;
            }
            prefix_ = plan->prefix;
            plan->guide = this;
            plan->faults = faults_;
            met_ = 0;
            scheduler_.run(world_, *plan, trace);
            add(trace);
            exhaustive.learn(trace);
        }
        return is_equal_;
    }

    [[nodiscard]] std::size_t states() const noexcept { return known_.size(); }

  private:
    using Future = std::pair<std::vector<std::uint8_t>, std::set<models::Property>>;

    // A choice point of the execution that runs, and all that was found to follow it.
    struct Point {
        models::Digest state;
        std::size_t events = 0;  // before it
        models::Choice chosen{};
        bool is_clean = true;  // nothing was violated before it
        std::set<Future> futures{};
    };

    models::Choice choose(
        const models::Trace& so_far, const models::ChoicePoint& possible
    ) noexcept override {
        const std::size_t at = met_++;
        const std::size_t made = so_far.choices.size();
        const bool is_forced = possible.is_open() && made < prefix_.size();
        const models::Choice choice =
            is_forced ? prefix_[made] : models::Choice(models::lowest(possible.enabled));
        if (at < points_.size()) {
            if (points_[at].chosen != choice) {
                close(at + 1);  // the same point, another choice
                points_[at].chosen = choice;
            }
            return choice;
        }
        scheduler_.state(state_);
        world_.state(so_far, state_);
        monitors_.state(so_far, state_);
        points_.push_back({state_.digest(each_), so_far.events.size(), choice});
        return choice;
    }

    void add(const models::Trace& trace) {
        close(met_);
        std::vector<models::Finding> findings;
        monitors_.judge(trace, findings);
        for (Point& point : points_) {
            std::set<models::Property> violated;
            for (const models::Finding& finding : findings) {
                point.is_clean = point.is_clean && finding.event >= point.events;
                violated.insert(finding.property);
            }
            point.futures.insert({trace.outcomes, std::move(violated)});
        }
    }

    // All is known of the points from there on.
    void close(std::size_t from) {
        while (points_.size() > from) {
            Point& point = points_.back();
            if (point.is_clean) {
                const auto [known, is_new] = known_.try_emplace(point.state, point.futures);
                is_equal_ = is_equal_ && known->second == point.futures;
            }
            points_.pop_back();
        }
    }

    models::Scheduler scheduler_;
    models::ScenarioWorld world_;
    properties::Monitors monitors_;
    models::Faults faults_;
    models::State state_;
    std::vector<models::TaskId> each_;
    std::map<models::Digest, std::set<Future>> known_;
    std::vector<Point> points_;
    std::span<const models::Choice> prefix_;
    std::size_t met_ = 0;  // choice points
    bool is_equal_ = true;
};

}  // namespace interlock::test
