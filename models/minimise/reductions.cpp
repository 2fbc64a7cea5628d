#include "models/minimise/reductions.hpp"

#include "models/scenario/program.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace interlock::models {

namespace {

// Each of these calls `see` for all parts of one kind, in an order that does not change.
void see_blocks(Steps& steps, const std::function<void(Steps&)>& see);

void see_blocks(CallStep& call, const std::function<void(Steps&)>& see) {
    if (call.body) {
        see_blocks(*call.body, see);
    }
}

void see_blocks(Steps& steps, const std::function<void(Steps&)>& see) {
    see(steps);
    for (Step& step : steps) {
        if (auto* call = std::get_if<CallStep>(&step.what)) {
            see_blocks(*call, see);
        } else if (auto* gather = std::get_if<GatherStep>(&step.what)) {
            for (ChildCall& child : gather->calls) {
                see_blocks(child.call, see);
            }
        } else if (auto* spawn = std::get_if<SpawnStep>(&step.what)) {
            see_blocks(spawn->child.call, see);
        }
    }
}

void see_blocks(Scenario& scenario, const std::function<void(Steps&)>& see) {
    for (TaskSpec& task : scenario.tasks) {
        see_blocks(task.steps, see);
    }
    for (JobSpec& job : scenario.jobs) {
        see_blocks(job.body, see);
    }
}

// Takes [first, first + count) out, and the unholds of the holds among them.
void take_out(Steps& steps, std::size_t first, std::size_t count) {
    const auto begin = steps.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(count);
    Steps kept(end, steps.end());
    for (auto step = begin; step != end; ++step) {
        const auto* hold = std::get_if<HoldStep>(&step->what);
        if (hold == nullptr) {
            continue;
        }
        const auto gives_back = [&](const Step& other) {
            const auto* unhold = std::get_if<UnholdStep>(&other.what);
            return unhold != nullptr && unhold->mutex == hold->mutex;
        };
        if (std::none_of(step, end, gives_back)) {
            const auto found = std::find_if(kept.begin(), kept.end(), gives_back);
            if (found != kept.end()) {
                kept.erase(found);
            }
        }
    }
    steps.erase(begin, steps.end());
    steps.insert(steps.end(), kept.begin(), kept.end());
}

// Whether some mutex is given back in there that was taken before.
bool gives_back(const Steps& steps, std::size_t first, std::size_t count) {
    for (std::size_t i = first; i < first + count; ++i) {
        if (const auto* unhold = std::get_if<UnholdStep>(&steps[i].what)) {
            const auto takes = [&](const Step& step) {
                const auto* hold = std::get_if<HoldStep>(&step.what);
                return hold != nullptr && hold->mutex == unhold->mutex;
            };
            const auto begin = steps.begin() + static_cast<std::ptrdiff_t>(first);
            if (std::none_of(begin, begin + static_cast<std::ptrdiff_t>(i - first), takes)) {
                return true;
            }
        }
    }
    return false;
}

class Reducer {
  public:
    explicit Reducer(const Scenario& scenario) : scenario_(scenario) {}

    std::vector<Scenario> all() {
        reduce_list(&Scenario::tasks, 1);
        reduce_counts();
        reduce_exploration();
        Scenario copy = scenario_;
        std::vector<Steps> blocks;
        see_blocks(copy, [&](const Steps& steps) { blocks.push_back(steps); });
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            reduce_block(i, blocks[i]);
        }
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            reduce_steps(i, blocks[i]);
        }
        reduce_list(&Scenario::jobs, 0);
        reduce_list(&Scenario::groups, 0);
        for (std::size_t i = 0; i < scenario_.jobs.size(); ++i) {
            reduce_job(i);
        }
        return std::move(found_);
    }

  private:
    void add(Scenario scenario) {
        if (std::holds_alternative<Program>(compile(scenario))) {
            found_.push_back(std::move(scenario));
        }
    }

    template <class Change>
    void with(Change change) {
        Scenario copy = scenario_;
        change(copy);
        add(std::move(copy));
    }

    // Leaves out half of the list, then each half, quarter, … down to each one of it.
    template <class List>
    void reduce_list(List Scenario::*list, std::size_t least) {
        std::size_t const size = (scenario_.*list).size();
        for (std::size_t part = size - std::min(size, least); part > 0; part /= 2) {
            for (std::size_t first = 0; first + part <= size; first += part) {
                with([&](Scenario& copy) {
                    const auto begin = (copy.*list).begin() + static_cast<std::ptrdiff_t>(first);
                    (copy.*list).erase(begin, begin + static_cast<std::ptrdiff_t>(part));
                });
            }
        }
    }

    void reduce_counts() {
        for (std::size_t i = 0; i < scenario_.tasks.size(); ++i) {
            if (scenario_.tasks[i].repeats) {
                with([&](Scenario& copy) { copy.tasks[i].repeats = false; });
            }
            std::uint32_t const count = scenario_.tasks[i].count;
            for (std::uint32_t const less : {std::uint32_t{1}, count / 2, count - 1}) {
                if (less >= 1 && less < count) {
                    with([&](Scenario& copy) { copy.tasks[i].count = less; });
                }
            }
        }
    }

    void reduce_exploration() {
        const Faults& faults = scenario_.explore.faults;
        if (scenario_.explore.time == TimeMode::all) {
            with([](Scenario& copy) { copy.explore.time = TimeMode::fixed; });
        }
        if (scenario_.explore.discipline == Discipline::preemptive) {
            with([](Scenario& copy) { copy.explore.discipline = Discipline::cooperative; });
        }
        if (faults.raise > 0) {
            with([](Scenario& copy) { --copy.explore.faults.raise; });
        }
        if (faults.cancel > 0) {
            with([](Scenario& copy) { --copy.explore.faults.cancel; });
        }
    }

    template <class Change>
    void with_block(std::size_t block, Change change) {
        with([&](Scenario& copy) {
            std::size_t at = 0;
            Steps* found = nullptr;
            see_blocks(copy, [&](Steps& steps) {
                if (at++ == block) {
                    found = &steps;
                }
            });
            change(*found);
        });
    }

    void reduce_block(std::size_t block, const Steps& steps) {
        for (std::size_t part = steps.size(); part > 0; part /= 2) {
            for (std::size_t first = 0; first + part <= steps.size(); first += part) {
                if (!gives_back(steps, first, part)) {
                    with_block(block, [&](Steps& copy) { take_out(copy, first, part); });
                }
            }
        }
    }

    void reduce_steps(std::size_t block, const Steps& steps) {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (const auto* call = std::get_if<CallStep>(&steps[i].what)) {
                if (call->body && !call->body->empty()) {
                    with_block(block, [&](Steps& copy) { unwrap(copy, i); });
                }
            } else if (const auto* work = std::get_if<WorkStep>(&steps[i].what)) {
                if (work->times > 1) {
                    with_block(block, [&](Steps& copy) { copy[i].what = WorkStep{1}; });
                    with_block(block, [&](Steps& copy) {
                        copy[i].what = WorkStep{work->times - 1};
                    });
                }
            } else if (const auto* gather = std::get_if<GatherStep>(&steps[i].what)) {
                for (std::size_t child = 0;
                     gather->calls.size() > 1 && child < gather->calls.size();
                     ++child) {
                    with_block(block, [&](Steps& copy) {
                        auto& calls = std::get<GatherStep>(copy[i].what).calls;
                        calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(child));
                    });
                }
            }
        }
    }

    // The body instead of the call.
    static void unwrap(Steps& steps, std::size_t i) {
        const Steps body = *std::get<CallStep>(steps[i].what).body;
        const auto at = steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(i));
        steps.insert(at, body.begin(), body.end());
    }

    void reduce_job(std::size_t i) {
        const JobSpec& job = scenario_.jobs[i];
        const Policy& policy = job.policy;
        const auto without = [&](bool has, auto change) {
            if (has) {
                with([&](Scenario& copy) { change(copy.jobs[i]); });
            }
        };
        without(!job.limit && policy.throttle != Throttle::none, [](JobSpec& copy) {
            copy.policy.throttle = Throttle::none;
            copy.policy.period.reset();
            copy.policy.max_calls.reset();
            copy.policy.throttle_counts = ThrottleCounts::start;
        });
        without(!job.limit && policy.concurrency != Concurrency::none, [](JobSpec& copy) {
            copy.policy.concurrency = Concurrency::none;
        });
        without(!job.conditions.empty(), [](JobSpec& copy) { copy.conditions.pop_back(); });
        without(policy.max_waiting.has_value(), [](JobSpec& c) { c.policy.max_waiting.reset(); });
        without(policy.wait_timeout.has_value(), [](JobSpec& c) { c.policy.wait_timeout.reset(); });
        without(policy.service_time.has_value(), [](JobSpec& c) { c.policy.service_time.reset(); });
        without(policy.keep_latest, [](JobSpec& copy) { copy.policy.keep_latest = false; });
        without(!job.on_error.empty(), [](JobSpec& copy) { copy.on_error.clear(); });
    }

    const Scenario& scenario_;
    std::vector<Scenario> found_;
};

}  // namespace

std::vector<Scenario> reductions_of(const Scenario& scenario) {
    return Reducer(scenario).all();
}

}  // namespace interlock::models
