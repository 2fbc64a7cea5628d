#include "models/check.hpp"

#include "models/explorer/bounded.hpp"
#include "models/explorer/exhaustive.hpp"
#include "models/explorer/optimal.hpp"
#include "models/explorer/pct.hpp"
#include "models/explorer/portfolio.hpp"
#include "models/explorer/random.hpp"
#include "models/explorer/seen.hpp"
#include "models/explorer/selective.hpp"
#include "models/explorer/single.hpp"
#include "models/explorer/stateful.hpp"
#include "models/limits.hpp"
#include "models/scenario/world.hpp"
#include "models/time/local_timing.hpp"
#include "models/time/timing.hpp"
#include "models/trace/difference.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

namespace interlock::models {

namespace {

using SteadyTime = std::chrono::steady_clock;

constexpr std::uint64_t executions_before_return = 16;  // less is not worth the way
constexpr std::uint64_t runs_between_looks = 512;
constexpr std::chrono::milliseconds between_progress{100};

std::unique_ptr<Explorer> portfolio_of(const CheckOptions& options) {
    std::vector<std::unique_ptr<Explorer>> members;
    members.push_back(std::make_unique<Random>(options.seed, options.faults));
    members.push_back(std::make_unique<Pct>(options.seed, options.depth, options.faults));
    members.push_back(std::make_unique<Bounded>(options.bound));
    return std::make_unique<Portfolio>(std::move(members));
}

std::unique_ptr<Explorer> roundtrip_of(const CheckOptions& options, Roundtrip::Look look) {
    const auto& schedule = options.schedule;
    const auto round =
        schedule.begin() + static_cast<std::ptrdiff_t>(options.round.value_or(schedule.size()));
    return std::make_unique<Roundtrip>(
        Lasso{{schedule.begin(), round}, {round, schedule.end()}},
        options.round.has_value(),
        std::move(look)
    );
}

std::unique_ptr<Explorer> explorer_of(
    const CheckOptions& options, Scheduler& scheduler, World& world, Judge& judge
) {
    const auto look = [&](const Trace& so_far, State& state) {
        scheduler.state(state);
        world.state(so_far, state);
        judge.state(so_far, state);
    };
    switch (options.strategy) {
        case Strategy::stateful:
            return std::make_unique<Stateful>(
                look, world.is_endless() ? world.World::alike() : world.alike(), world.is_endless()
            );
        case Strategy::optimal:
            return std::make_unique<Optimal>(options.dependence, options.start);
        case Strategy::bounded:
            return std::make_unique<Bounded>(options.bound, options.measure);
        case Strategy::random:
            return std::make_unique<Random>(options.seed, options.faults);
        case Strategy::selective:
            return std::make_unique<Selective>(options.seed, options.faults);
        case Strategy::pct:
            return std::make_unique<Pct>(options.seed, options.depth, options.faults);
        case Strategy::portfolio:
            return portfolio_of(options);
        case Strategy::fifo:
            return std::make_unique<Single>(std::vector<Choice>{}, Tail::fifo);
        case Strategy::replay:
            return world.is_endless() ? roundtrip_of(options, look)
                                      : std::make_unique<Single>(options.schedule, Tail::stay);
        default:
            return std::make_unique<Exhaustive>(options.start);
    }
}

// Whether it draws executions without end.
bool samples(Strategy strategy) {
    return strategy == Strategy::random || strategy == Strategy::selective ||
           strategy == Strategy::pct || strategy == Strategy::portfolio;
}

bool draws_or_bounds(Strategy strategy) {
    return samples(strategy) || strategy == Strategy::bounded;
}

bool has_any_time(Strategy strategy) {
    switch (strategy) {
        case Strategy::stateful:
        case Strategy::bounded:
        case Strategy::portfolio:
        case Strategy::fifo:
            return false;
        default:
            return true;
    }
}

Classes classes_of(const CheckOptions& options) {
    if (!draws_or_bounds(options.strategy)) {
        return Classes::none;
    }
    return options.discipline == Discipline::preemptive ? Classes::by_turns : Classes::by_events;
}

// Also what was chosen where the clock was looked at.
std::vector<Choice> chosen_in(const Trace& trace) {
    std::vector<Choice> choices;
    for (const ChoicePoint& point : trace.choices) {
        choices.push_back(point.chosen);
    }
    return choices;
}

// Goes through the turns of an execution again, in another order.
class Reordered final : public Guide {
  public:
    explicit Reordered(std::span<const Choice> turns) : turns_(turns) {}

    Choice choose(const Trace& so_far, const ChoicePoint& possible) noexcept override {
        std::size_t const turn = so_far.turns.size();
        return turn < turns_.size() ? turns_[turn] : possible.only();
    }

  private:
    std::span<const Choice> turns_;
};

// Makes the choices of an execution that was cut again, and then asks who made them to go on.
class Resumed final : public Guide {
  public:
    Resumed(const Trace& cut, Guide& guide) : guide_(guide), choices_(chosen_in(cut)) {
        for (const Turn& turn : cut.turns) {
            turns_.push_back(turn.chosen);
        }
    }

    Choice choose(const Trace& so_far, const ChoicePoint& possible) noexcept override {
        const auto& chosen = possible.is_look ? choices_ : turns_;
        std::size_t const at = possible.is_look ? so_far.choices.size() : so_far.turns.size();
        return at < chosen.size() ? chosen[at] : guide_.choose(so_far, possible);
    }

  private:
    Guide& guide_;
    std::vector<Choice> choices_;
    std::vector<Choice> turns_;
};

class Check {
  public:
    Check(Scheduler& scheduler, World& world, Judge& judge, const CheckOptions& options)
        : judge_(judge),
          options_(options),
          explorer_(explorer_of(options, scheduler, world, judge)),
          looks_for_new_(
              options.strategy != Strategy::fifo && options.strategy != Strategy::replay
          ) {}

    Result run(Scheduler& scheduler, World& world) {
        if (options_.time == TimeMode::all) {
            timing_.emplace(world.time_rules());
            if (options_.strategy == Strategy::optimal) {
                local_.emplace(world.time_rules());
            }
            if (options_.strategy == Strategy::replay) {
                timing_->follow(options_.times);
            }
        }
        Trace trace;
        while (!is_over_ && !goes_back()) {
            auto plan = explorer_->next();
            if (!plan) {
                result_.is_complete = explorer_->is_complete();
                break;
            }
            if (result_.executions == options_.budget.executions && !plan->is_probe) {
                give_up(
                    "the budget of " + std::to_string(options_.budget.executions) +
                    " executions is used up"
                );
                result_.rest = explorer_->rest();
                break;
            }
            plan->faults = options_.faults;
            run(scheduler, world, *plan, trace);
            if (++runs_ % runs_between_looks == 0) {
                look_around();
            }
            trace.round = explorer_->round();
            if (plan->is_probe || (trace.ending == Ending::cut && !plan->is_endless)) {
                explorer_->learn(trace);
                continue;
            }
            if (local_) {
                run_timed(scheduler, world, trace);
                continue;
            }
            if (is_to_rerun(trace)) {
                rerun(scheduler, world, trace);
            }
            learn(trace);
            explorer_learn(trace);
        }
        result_.blocked = explorer_->blocked();
        result_.explored = explorer_->explored();
        result_.wanted = explorer_->take_wanted();
        if (options_.strategy == Strategy::stateful && !world.is_endless()) {
            result_.has_all_outcomes = world.exchange(result_.outcomes);
        }
        result_.wall_s = seconds();
        state_guarantee();
        conclude();
        return std::move(result_);
    }

  private:
    // Whether it is enough, or what is left is wanted back; and there is something left, unless
    // nobody asks.
    bool goes_back() {
        const bool is_wanted = options_.is_wanted_back != nullptr &&
                               result_.executions >= executions_before_return &&
                               options_.is_wanted_back->load(std::memory_order_relaxed);
        if (result_.is_enough || is_wanted) {
            result_.rest = explorer_->rest();
        }
        return !result_.rest.empty() || (result_.is_enough && options_.is_wanted_back == nullptr);
    }

    [[nodiscard]] bool is_to_rerun(const Trace& trace) const {
        return options_.rerun_every != 0 && result_.executions % options_.rerun_every == 0 &&
               trace.ending != Ending::diverged && trace.ending != Ending::stuck &&
               trace.ending != Ending::cut;
    }

    // What is not the same the second time can be neither explored nor replayed.
    void rerun(Scheduler& scheduler, World& world, const Trace& trace) {
        const std::vector<Choice> choices = chosen_in(trace);
        Plan plan{.prefix = choices};
        plan.faults = trace.faults;
        run(scheduler, world, plan, again_);
        const std::string difference = difference_of(trace, again_);
        if (!difference.empty()) {
            is_over_ = true;
            why_broken_ =
                "an execution that was run a second time came out otherwise: " + difference;
        }
    }

    // An execution that was run without regard to how its times go together, with its times: it is
    // what is judged. If they do not go together there is none.
    void run_timed(Scheduler& scheduler, World& world, const Trace& trace) {
        if (local_->has_strayed()) {
            break_off(std::string(local_->problem()));
            return;
        }
        if (auto timed = local_->timed()) {
            timing_->follow(std::move(timed->times));
            Reordered guide(timed->turns);
            Plan plan{.prefix = {}, .guide = &guide};
            plan.faults = trace.faults;
            plan.timing = &*timing_;
            scheduler.run(world, plan, again_);
            learn(again_);
            if (why_broken_.empty() && findings_.empty() && again_.outcomes != trace.outcomes) {
                break_off("an execution went another way with other times of the same outcome");
            }
        }
        explorer_learn(trace);
    }

    void break_off(std::string why) {
        is_over_ = true;
        why_broken_ = std::move(why);
    }

    // Again, as long as what happens late in it needs other times early in it.
    void run(Scheduler& scheduler, World& world, Plan& plan, Trace& trace) {
        plan.timing = timing_ ? &*timing_ : nullptr;
        if (local_) {
            plan.timing = &*local_;
        }
        Guide* const guide = plan.guide;
        std::optional<Resumed> resumed;
        scheduler.run(world, plan, trace);
        while (!local_ && timing_ && timing_->is_stale()) {
            if (guide != nullptr) {
                plan.guide = &resumed.emplace(trace, *guide);
            }
            scheduler.run(world, plan, trace);
        }
        plan.guide = guide;
    }

    void learn(const Trace& trace) {
        ++result_.executions;
        result_.steps += trace.steps;
        if (trace.ending == Ending::diverged) {
            is_over_ = true;
            why_broken_ = timing_ && timing_->has_strayed()
                              ? "an execution went another way with other times of the same outcome"
                              : "after " + std::to_string(trace.choices.size()) +
                                    " choices the schedule names a task that cannot run there";
            return;
        }
        if (trace.ending == Ending::stuck) {
            is_over_ = true;
            why_broken_ = "a task that was cancelled did not end, so nothing more can run";
        }
        if (trace.ending == Ending::too_long && !samples(options_.strategy)) {
            give_up("an execution took more than " + std::to_string(trace.steps) + " steps");
        }
        if (trace.ending != Ending::cut && last_outcomes_ != trace.outcomes) {
            last_outcomes_ = trace.outcomes;
            result_.outcomes.insert(trace.outcomes);
        }
        findings_.clear();
        judge_.judge(trace, findings_);
        for (const Finding& finding : findings_) {
            keep(result_.violations, finding, trace);
            const bool is_wanted = !options_.wanted || *options_.wanted == finding.property;
            result_.is_enough = result_.is_enough || (options_.stop == Stop::first && is_wanted);
        }
        if (looks_for_new_) {
            see(trace, classes_of(options_), result_.coverage);
        }
    }

    void explorer_learn(const Trace& trace) {
        if (trace.ending != Ending::too_long && trace.ending != Ending::diverged) {
            explorer_->learn(trace);  // else it is over, and there is a lot to learn
        }
    }

    void look_around() {
        std::string why = reason_to_stop(options_.budget, options_.interrupt, seconds());
        if (!why.empty()) {
            give_up(std::move(why));
        }
        const auto now = SteadyTime::now();
        if (options_.on_progress && now - last_progress_ > between_progress) {
            last_progress_ = now;
            result_.wall_s = seconds();
            result_.explored = explorer_->explored();
            options_.on_progress(result_);
        }
    }

    void give_up(std::string why) {
        is_over_ = true;
        result_.why = std::move(why);
    }

    void conclude() {
        if (!why_broken_.empty()) {
            result_.verdict = Verdict::broken;
            result_.why = why_broken_;
        } else if (!result_.violations.empty()) {
            result_.verdict = Verdict::violated;
        } else if (!result_.is_complete) {
            result_.verdict = Verdict::gave_up;
            if (result_.why.empty()) {
                const auto& bound = result_.guarantee.bound;
                result_.why = bound
                                  ? "executions with more than " + std::to_string(bound->value) +
                                        " " + std::string(name_of(bound->measure)) + " were not run"
                                  : "this strategy runs some executions, not all";
            }
        }
    }

    void state_guarantee() {
        Guarantee& guarantee = result_.guarantee;
        guarantee = guarantee_of(options_);
        guarantee.complete = result_.is_complete;
        guarantee.traces = result_.executions;
        guarantee.ssb = result_.blocked;
        explorer_->describe(guarantee);
        if (options_.time == TimeMode::all) {
            guarantee.pct.reset();  // the bound is on orders of turns alone
        }
        const bool gives_up = draws_or_bounds(options_.strategy) || !result_.why.empty();
        if (looks_for_new_ && !result_.is_complete && gives_up) {
            result_.saturation = result_.coverage.saturation();
        }
    }

    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(SteadyTime::now() - started_).count();
    }

    Judge& judge_;
    const CheckOptions& options_;
    std::unique_ptr<Explorer> explorer_;
    const bool looks_for_new_;          // else it is one execution
    std::optional<Timing> timing_;      // of all times
    std::optional<LocalTiming> local_;  // where optimal explores them
    Result result_;
    std::vector<Finding> findings_;
    std::vector<std::uint8_t> last_outcomes_;
    Trace again_;  // an execution that was run a second time
    std::string why_broken_;
    SteadyTime::time_point started_ = SteadyTime::now();
    SteadyTime::time_point last_progress_ = started_;
    std::uint64_t runs_ = 0;  // probes too
    bool is_over_ = false;
};

}  // namespace

std::string problem_of(const ExploreSpec& explore) {
    if (explore.time == TimeMode::all && !has_any_time(explore.strategy)) {
        return "strategy '" + std::string(name_of(explore.strategy)) +
               "' has no time 'all' in this version; use --strategy optimal, exhaustive, random, "
               "selective or pct";
    }
    if (explore.time == TimeMode::all && explore.discipline == Discipline::preemptive) {
        return "time 'all' is for the cooperative discipline in this version; leave one of them "
               "out";
    }
    if (explore.faults != Faults{} && explore.strategy == Strategy::fifo) {
        return "strategy 'fifo' has no faults; use --strategy optimal, exhaustive or random";
    }
    return {};
}

std::string problem_of(const ExploreSpec& explore, const Program& program) {
    if (program.is_endless() && explore.strategy != Strategy::stateful &&
        explore.strategy != Strategy::replay) {
        return "strategy '" + std::string(name_of(explore.strategy)) +
               "' has no steps that are repeated for ever ('repeat', 'retry'); use --strategy "
               "stateful";
    }
    if (explore.strategy != Strategy::optimal || explore.time != TimeMode::all) {
        return problem_of(explore);
    }
    const std::string_view what = LocalTiming::problem_of(time_rules_of(program));
    return what.empty() ? problem_of(explore)
                        : "strategy 'optimal' with time 'all' does not cover " + std::string(what) +
                              " in this version; use --strategy exhaustive";
}

CheckOptions options_of(const Scenario& scenario) {
    CheckOptions options;
    options.strategy = scenario.explore.strategy;
    options.stop = scenario.explore.stop;
    options.wanted = scenario.expect.violated;
    options.budget = scenario.explore.budget;
    options.seed = scenario.explore.seed;
    options.bound = scenario.explore.bound;
    options.depth = scenario.explore.depth;
    options.faults = scenario.explore.faults;
    options.time = scenario.explore.time;
    options.discipline = scenario.explore.discipline;
    return options;
}

Guarantee guarantee_of(const CheckOptions& options) {
    Guarantee guarantee;
    const bool is_preemptive = options.discipline == Discipline::preemptive;
    guarantee.mode = name_of(options.strategy);
    guarantee.faults = options.faults;
    guarantee.time = options.time == TimeMode::all ? "all" : "fixed";
    guarantee.discipline = is_preemptive ? "preemptive" : "cooperative";
    if (options.strategy == Strategy::optimal) {
        guarantee.footprints = is_preemptive ? FootprintKind::announced : FootprintKind::fine;
    }
    return guarantee;
}

Result check(const Program& program, Judge& judge, const CheckOptions& options) {
    Scheduler scheduler(options.scheduler);
    ScenarioWorld world(program, scheduler);
    return check(scheduler, world, judge, options);
}

Result check(Scheduler& scheduler, World& world, Judge& judge, const CheckOptions& options) {
    return Check(scheduler, world, judge, options).run(scheduler, world);
}

}  // namespace interlock::models
