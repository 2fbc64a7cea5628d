#include "properties/generators.hpp"

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
constexpr std::array<const char*, 2> group_names{"g", "h"};
constexpr std::array<const char*, 2> mutex_names{"m", "n"};
constexpr std::array<const char*, 3> job_names{"a", "b", "c"};
constexpr std::array<const char*, 3> task_names{"t1", "t2", "t3"};

class Cook {
  public:
    Cook(const std::vector<std::uint8_t>& recipe, Ingredients ingredients)
        : recipe_(recipe), ingredients_(ingredients) {}

    Scenario scenario() {
        scenario_.name = "generated";
        for (const char* const group : group_names) {
            scenario_.groups.push_back({group, {}});
        }
        std::size_t const jobs = 1 + next(job_names.size());
        for (std::size_t i = 0; i < jobs; ++i) {
            scenario_.jobs.push_back(job(job_names.at(i)));
        }
        tasks_ = 1 + next(task_names.size());
        for (std::size_t i = 0; i < tasks_; ++i) {
            scenario_.tasks.push_back({task_names.at(i), {}, steps(0), 1});
        }
        return std::move(scenario_);
    }

  private:
    // The next decision, below `count`; 0 when the recipe is used up.
    std::size_t next(std::size_t count) {
        return position_ < recipe_.size() ? recipe_[position_++] % count : 0;
    }

    models::JobSpec job(const char* name) {
        models::JobSpec spec;
        spec.name = name;
        Policy& policy = spec.policy;
        policy.concurrency = static_cast<Concurrency>(next(5));
        policy.throttle = static_cast<Throttle>(next(5));
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

    decltype(Step::what) step(std::size_t depth) {
        constexpr std::size_t kinds = 8;
        switch (next(kinds)) {
            case 5:
                if (ingredients_.sleeps) {
                    return models::SleepStep{std::chrono::seconds(next(2) == 0 ? 5 : 2)};
                }
                break;
            case 6:
                if (ingredients_.raises) {
                    return models::RaiseStep{"Broken"};
                }
                break;
            case 7:
                if (ingredients_.cancels) {
                    return models::CancelStep{task_names.at(next(tasks_))};
                }
                break;
            case 4:
                break;
            default:
                if (depth < depth_max) {
                    return call(depth);
                }
        }
        return models::WorkStep{};
    }

    decltype(Step::what) call(std::size_t depth) {
        models::CallStep call;
        const models::JobSpec& job = scenario_.jobs[next(scenario_.jobs.size())];
        std::size_t const group = next(group_names.size());
        call.job = job.name;
        call.group = group_names.at(group);
        call.catches = next(2) == 0;
        std::size_t const lock = lock_of(job, group);
        const bool is_held = std::find(held_.begin(), held_.end(), lock) != held_.end();
        const bool is_above = held_.empty() || lock > *std::max_element(held_.begin(), held_.end());
        const bool is_allowed =
            lock == no_lock || is_above || (is_held && is_group(job.policy.concurrency));
        if (ingredients_.orders_locks && !is_allowed) {
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

    static constexpr std::size_t no_lock = 0;

    // The place of the call's lock in the order: jobs' own locks first, then the groups'.
    static std::size_t lock_of(const models::JobSpec& job, std::size_t group) {
        if (job.policy.concurrency == Concurrency::none) {
            return no_lock;
        }
        return is_group(job.policy.concurrency) ? 1 + job_names.size() + group
                                                : 1 + static_cast<std::size_t>(job.name[0] - 'a');
    }

    const std::vector<std::uint8_t>& recipe_;
    Ingredients ingredients_;
    Scenario scenario_;
    std::vector<std::size_t> held_;
    std::size_t position_ = 0;
    std::size_t tasks_ = 0;
};

}  // namespace

Scenario cook(const std::vector<std::uint8_t>& recipe, Ingredients ingredients) {
    return Cook(recipe, ingredients).scenario();
}

rc::Gen<Scenario> scenarios(Ingredients ingredients) {
    constexpr std::size_t recipe_size = 48;
    // Longer recipes than RapidCheck's size would give, so that most scenarios have several tasks.
    const auto recipes = rc::gen::mapcat(rc::gen::inRange<std::size_t>(8, recipe_size), [](auto n) {
        return rc::gen::container<std::vector<std::uint8_t>>(
            n, rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint8_t>())
        );
    });
    return rc::gen::map(recipes, [ingredients](const std::vector<std::uint8_t>& recipe) {
        return cook(recipe, ingredients);
    });
}

}  // namespace interlock::properties

namespace interlock::models {

void showValue(const Scenario& scenario, std::ostream& out) {
    out << '\n' << yaml_of(scenario);
}

}  // namespace interlock::models
