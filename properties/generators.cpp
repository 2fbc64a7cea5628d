#include "properties/generators.hpp"

#include "models/minimise/reductions.hpp"
#include "models/scenario/writer.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <string>

namespace interlock::properties {

using models::Scenario;
using models::Step;
using models::Steps;

namespace {

constexpr std::size_t depth_max = 3;
constexpr std::size_t forks_max = 2;
constexpr std::array<const char*, 2> group_names{"g", "h"};
constexpr std::array<const char*, 2> mutex_names{"m", "n"};
constexpr std::array<const char*, 3> job_names{"a", "b", "c"};
constexpr std::array<const char*, 3> task_names{"t1", "t2", "t3"};

constexpr std::size_t no_lock = 0;

// The place of a call's lock in the order: jobs' own locks first, then the groups'.
std::size_t lock_of(const models::JobSpec& job, std::size_t group) {
    if (job.policy.concurrency == Concurrency::none) {
        return no_lock;
    }
    return is_group(job.policy.concurrency) ? 1 + job_names.size() + group
                                            : 1 + static_cast<std::size_t>(job.name[0] - 'a');
}

// Whether who holds the locks `held` may ask for `lock`, so that nobody can close a circle.
bool is_in_order(const std::vector<std::size_t>& held, std::size_t lock, bool is_of_group) {
    if (lock == no_lock || held.empty()) {
        return true;
    }
    const bool is_held = std::find(held.begin(), held.end(), lock) != held.end();
    return lock > *std::max_element(held.begin(), held.end()) || (is_held && is_of_group);
}

// Of a scenario that was cooked, and then made smaller: its calls all have bodies.
class LockOrder {
  public:
    explicit LockOrder(const Scenario& scenario) : scenario_(scenario) {}

    bool is_kept() {
        return std::all_of(scenario_.tasks.begin(), scenario_.tasks.end(), [&](const auto& task) {
            return is_kept(task.steps);
        });
    }

  private:
    bool is_kept(const Steps& steps) {
        return std::all_of(steps.begin(), steps.end(), [&](const Step& step) {
            if (const auto* gather = std::get_if<models::GatherStep>(&step.what)) {
                const auto& children = gather->calls;
                return std::all_of(children.begin(), children.end(), [&](const auto& child) {
                    return is_kept(child.call);
                });
            }
            if (const auto* spawn = std::get_if<models::SpawnStep>(&step.what)) {
                return is_kept(spawn->child.call);
            }
            const auto* call = std::get_if<models::CallStep>(&step.what);
            return call == nullptr || is_kept(*call);
        });
    }

    bool is_kept(const models::CallStep& call) {
        const auto& job =
            *std::find_if(scenario_.jobs.begin(), scenario_.jobs.end(), [&](const auto& spec) {
                return spec.name == call.job;
            });
        const std::size_t lock = lock_of(job, call.group == group_names[0] ? 0 : 1);
        const bool is_kept_here = is_in_order(held_, lock, is_group(job.policy.concurrency));
        held_.push_back(lock);
        const bool is_kept_within = is_kept(*call.body);
        held_.pop_back();
        return is_kept_here && is_kept_within;
    }

    const Scenario& scenario_;
    std::vector<std::size_t> held_;
};

class Cook {
  public:
    Cook(const std::vector<std::uint8_t>& recipe, Ingredients ingredients)
        : recipe_(recipe), ingredients_(ingredients) {
        const auto add = [this](bool is_allowed, Kind kind) {
            if (is_allowed) {
                kinds_.push_back(kind);
            }
        };
        add(ingredients.sleeps, Kind::sleep);
        add(ingredients.raises, Kind::raise);
        add(ingredients.cancels, Kind::cancel);
        add(ingredients.forks, Kind::fork);
        add(ingredients.forks, Kind::fork);
    }

    Scenario scenario() {
        scenario_.name = "generated";
        for (const char* const group : group_names) {
            scenario_.groups.push_back({group, {}});
        }
        std::size_t const jobs = 1 + next(job_names.size());
        for (std::size_t i = 0; i < jobs; ++i) {
            scenario_.jobs.push_back(job(job_names.at(i)));
        }
        constexpr std::array<std::size_t, 6> mostly_several{2, 3, 3, 3, 2, 1};
        tasks_ = mostly_several.at(next(mostly_several.size()));
        for (std::size_t i = 0; i < tasks_; ++i) {
            scenario_.tasks.push_back({task_names.at(i), {}, steps(0), 1});
        }
        return std::move(scenario_);
    }

  private:
    enum class Kind : std::uint8_t { work, sleep, raise, cancel, fork };

    // The next decision, below `count`; 0 when the recipe is used up.
    std::size_t next(std::size_t count) {
        return position_ < recipe_.size() ? recipe_[position_++] % count : 0;
    }

    models::JobSpec job(const char* name) {
        models::JobSpec spec;
        spec.name = name;
        Policy& policy = spec.policy;
        policy.concurrency = static_cast<Concurrency>(next(5));
        if (ingredients_.throttles && next(2) == 1) {  // few calls get past one
            policy.throttle = static_cast<Throttle>(1 + next(4));
        }
        if (policy.throttle != Throttle::none) {
            policy.period = std::chrono::seconds(next(2) == 0 ? 10 : 5);
            policy.throttle_counts = next(3) == 2 ? ThrottleCounts::success : ThrottleCounts::start;
        }
        if (is_rate_limit(policy.throttle)) {
            policy.max_calls = 1 + next(2);
        }
        if (waits(policy.concurrency) && next(4) == 3) {
            policy.max_waiting = 1;
        }
        if (ingredients_.timeouts && waits(policy.concurrency)) {
            if (next(3) == 2) {
                policy.wait_timeout = std::chrono::seconds(2);
            }
            policy.keep_latest = next(4) == 3;
        }
        spec.body = {Step{{}, models::WorkStep{}}};
        return spec;
    }

    Steps steps(std::size_t depth) {
        Steps steps;
        const auto add = [&](decltype(Step::what) what) {
            steps.emplace_back().what = std::move(what);
        };
        for (std::size_t left = 1 + next(depth == 0 ? 2 : 3); left > 0; --left) {
            const bool holds = ingredients_.holds && next(3) == 2;
            const std::string mutex = holds ? mutex_names.at(next(mutex_names.size())) : "";
            if (holds) {
                add(models::HoldStep{mutex});
            }
            add(step(depth));
            if (holds) {
                add(models::UnholdStep{mutex});
            }
        }
        return steps;
    }

    // Half of the steps are calls where calls may be; what a scenario may not do leaves room for
    // what it may.
    decltype(Step::what) step(std::size_t depth) {
        if (depth < depth_max && next(2) == 0) {
            return call(depth);
        }
        switch (kinds_.at(next(kinds_.size()))) {
            case Kind::sleep:
                return models::SleepStep{std::chrono::seconds(next(2) == 0 ? 5 : 2)};
            case Kind::raise:
                return models::RaiseStep{"Broken"};
            case Kind::cancel:
                return models::CancelStep{task_names.at(next(tasks_))};
            case Kind::fork:
                if (depth < depth_max && forks_ < forks_max) {
                    return fork(depth);
                }
                break;
            case Kind::work:
                break;
        }
        return models::WorkStep{};
    }

    decltype(Step::what) fork(std::size_t depth) {
        if (!labels_.empty() && next(3) == 2) {
            models::JoinStep join{labels_.back()};
            labels_.pop_back();
            return join;
        }
        ++forks_;
        std::size_t const kind = next(3);
        auto one = child(depth);
        if (kind == 2) {
            models::GatherStep gather;
            gather.return_exceptions = next(2) == 1;
            gather.calls.push_back({{}, std::move(one)});
            gather.calls.push_back({{}, child(depth)});
            return gather;
        }
        one.label = "s" + std::to_string(forks_);
        labels_.push_back(one.label);
        return models::SpawnStep{{{}, std::move(one)}, kind == 1};
    }

    models::CallStep child(std::size_t depth) {
        auto what = call(depth);
        auto* const made = std::get_if<models::CallStep>(&what);
        if (made != nullptr) {
            return std::move(*made);
        }
        models::CallStep plain;  // another's lock would be out of order
        plain.job = scenario_.jobs.front().name;
        plain.group = group_names.front();
        plain.body = Steps{};
        return plain;
    }

    decltype(Step::what) call(std::size_t depth) {
        models::CallStep call;
        const models::JobSpec& job = scenario_.jobs[next(scenario_.jobs.size())];
        std::size_t const group = next(group_names.size());
        call.job = job.name;
        call.group = group_names.at(group);
        call.catches = next(2) == 0;
        std::size_t const lock = lock_of(job, group);
        if (ingredients_.orders_locks &&
            !is_in_order(held_, lock, is_group(job.policy.concurrency))) {
            return models::WorkStep{};
        }
        if (lock != no_lock) {
            held_.push_back(lock);
        }
        call.body = steps(depth + 1);
        if (lock != no_lock) {
            held_.pop_back();
        }
        return call;
    }

    const std::vector<std::uint8_t>& recipe_;
    Ingredients ingredients_;
    Scenario scenario_;
    std::vector<std::size_t> held_;
    std::vector<Kind> kinds_{Kind::work};
    std::size_t position_ = 0;
    std::size_t tasks_ = 0;
    std::size_t forks_ = 0;
    std::vector<std::string> labels_;  // of children that nobody has joined
};

// All of them as often as not, else without any of them as often as not: what is always mixed with
// everything else seldom meets itself (Groce et al., Swarm Testing, ISSTA 2012).
rc::Gen<Ingredients> some_of(Ingredients ingredients) {
    const auto masks = rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint8_t>());
    return rc::gen::map(masks, [ingredients](std::uint8_t mask) {
        Ingredients some = ingredients;
        if ((mask & 1U) == 0) {
            return some;
        }
        for (bool Ingredients::*const one :
             {&Ingredients::raises,
              &Ingredients::cancels,
              &Ingredients::sleeps,
              &Ingredients::timeouts,
              &Ingredients::holds,
              &Ingredients::forks,
              &Ingredients::throttles}) {
            mask >>= 1U;
            some.*one = some.*one && (mask & 1U) == 0;
        }
        return some;
    });
}

}  // namespace

Scenario cook(const std::vector<std::uint8_t>& recipe, Ingredients ingredients) {
    return Cook(recipe, ingredients).scenario();
}

rc::Gen<Scenario> scenarios(Ingredients ingredients) {
    constexpr std::size_t recipe_size = 80;
    // Whatever RapidCheck's size is, so that most scenarios have several tasks.
    const auto recipes = rc::gen::resize(
        rc::kNominalSize,
        rc::gen::mapcat(
            rc::gen::inRange<std::size_t>(12, recipe_size),
            [](auto n) {
                return rc::gen::container<std::vector<std::uint8_t>>(
                    n, rc::gen::arbitrary<std::uint8_t>()
                );
            }
        )
    );
    const auto cooked = rc::gen::apply(cook, recipes, some_of(ingredients));
    return rc::gen::shrink(rc::gen::noShrink(cooked), [ingredients](const Scenario& scenario) {
        std::vector<Scenario> smaller = models::reductions_of(scenario);
        if (ingredients.orders_locks) {
            smaller.erase(
                std::remove_if(
                    smaller.begin(),
                    smaller.end(),
                    [](const Scenario& one) { return !LockOrder(one).is_kept(); }
                ),
                smaller.end()
            );
        }
        return rc::seq::fromContainer(smaller);
    });
}

}  // namespace interlock::properties

namespace interlock::models {

void showValue(const Scenario& scenario, std::ostream& out) {
    out << '\n' << yaml_of(scenario);
}

}  // namespace interlock::models
