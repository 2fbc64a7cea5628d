// What the future of a scenario depends on, apart from what its job system and the scheduler know.
#include "models/scenario/world.hpp"

#include <algorithm>

namespace interlock::models {

std::vector<TaskId> ScenarioWorld::alike() const {
    std::vector<TaskId> alike = World::alike();
    // Tasks that start tasks would have to be exchanged together with them.
    if (!program_.forks.empty()) {
        return alike;
    }
    // Nor is one of several like another if a step names it, or if it names others.
    TaskSet apart = 0;
    std::size_t by = 0;
    for (std::size_t i = 0; i < program_.operations.size(); ++i) {
        while (by + 1 < program_.tasks.size() && program_.tasks[by + 1].steps.first <= i) {
            ++by;
        }
        const Operation& operation = program_.operations[i];
        if (operation.kind == Operation::Kind::cancel) {
            apart |= set_of(program_.tasks[operation.index].like) | set_of(program_.tasks[by].like);
        }
    }
    for (TaskId& task : alike) {
        const TaskId like = program_.tasks[task.value].like;
        task = (apart & set_of(like)) == 0 ? like : task;
    }
    return alike;
}

namespace {

constexpr std::size_t outcomes_max = 50'000;

using Outcome = std::vector<std::uint8_t>;

// Of one task, which makes the calls from `first` on, as many as `one` has.
void put(const Outcome& one, std::size_t first, Outcome& all) {
    std::copy(one.begin(), one.end(), all.begin() + static_cast<std::ptrdiff_t>(first));
}

// Adds `outcome` with those of the tasks that call from `firsts` on, `calls` each, in every order.
// False: there are too many.
bool permute(
    Outcome outcome,
    const std::vector<std::size_t>& firsts,
    std::size_t calls,
    std::set<Outcome>& outcomes
) {
    std::vector<Outcome> of_tasks;
    for (std::size_t const first : firsts) {
        const auto begin = outcome.begin() + static_cast<std::ptrdiff_t>(first);
        of_tasks.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(calls));
    }
    std::sort(of_tasks.begin(), of_tasks.end());
    do {
        for (std::size_t i = 0; i < firsts.size(); ++i) {
            put(of_tasks[i], firsts[i], outcome);
        }
        outcomes.insert(outcome);
        if (outcomes.size() > outcomes_max) {
            return false;
        }
    } while (std::next_permutation(of_tasks.begin(), of_tasks.end()));
    return true;
}

}  // namespace

bool ScenarioWorld::exchange(std::set<Outcome>& outcomes) const {
    const std::vector<TaskId> like = alike();
    std::set<Outcome> all = outcomes;
    for (std::size_t task = 0; task < like.size(); ++task) {
        std::vector<std::size_t> firsts;
        for (std::size_t other = task; other < like.size(); ++other) {
            if (like[other].value == task) {
                firsts.push_back(program_.tasks[other].first_site);
            }
        }
        if (firsts.size() < 2) {
            continue;
        }
        const std::set<Outcome> before = all;
        for (const Outcome& outcome : before) {
            if (!permute(outcome, firsts, firsts[1] - firsts[0], all)) {
                return false;
            }
        }
    }
    outcomes = std::move(all);
    return true;
}

void ScenarioWorld::state(const Trace& so_far, State& state) const {
    for (std::size_t site = 0; site < so_far.outcomes.size(); ++site) {
        if (so_far.outcomes[site] != never_made) {
            const TaskId task = program_.sites[site].task;
            state.add(task, Part::outcome, program_.place_of(site), so_far.outcomes[site]);
        }
    }
    for (std::size_t task = 0; task < positions_.size(); ++task) {
        state_position(TaskId{static_cast<std::uint8_t>(task)}, state);
    }
    for (std::size_t condition = 0; condition < conditions_.size(); ++condition) {
        if (conditions_[condition]) {
            state.add(Part::condition, condition);
        }
    }
    for (std::size_t mutex = 0; mutex < mutexes_.size(); ++mutex) {
        if (mutexes_[mutex].model.is_held) {
            state.add(mutexes_[mutex].holder, Part::mutex, mutex);
        }
    }
    if (preemption_ != nullptr) {
        preemption_->state(state);
    }
    system_->state(state);
}

void ScenarioWorld::state_position(TaskId task, State& state) const {
    std::uint16_t const first = program_.tasks[task.value].steps.first;
    const Position* inner = nullptr;
    for (const Position* at = positions_[task.value]; at != nullptr; at = at->outer) {
        const auto operation = static_cast<std::uint16_t>(at->operation - first);
        state.add(task, Part::position, word_of(operation), at->left);
        const Operation& doing = program_.operations[at->operation];
        if (inner != nullptr && doing.kind == Operation::Kind::call) {
            // A success counts from when its body began, which only its own stack knows.
            const Policy& policy = program_.job_of(doing.index).policy;
            const std::int64_t age = scheduler_.instant().at_ns - inner->since_ns;
            if (policy.throttle_counts == ThrottleCounts::success) {
                state.add(
                    task,
                    Part::throttle,
                    word_of(operation, 1),
                    static_cast<std::uint64_t>(
                        std::min(age, policy.period.value_or(Duration::zero()).count())
                    )
                );
            }
        }
        inner = at;
    }
}

}  // namespace interlock::models
