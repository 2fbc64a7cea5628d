// What the future of the reference depends on, of scenarios; golden traces may use more of it, as
// its progress. A job is meant by the place of the call that it is the job of.
#include "models/revisions/reference.hpp"

namespace interlock::models {

namespace {

// Locks of decorators come after those of the groups.
enum class Fact : std::uint16_t { active = 4, owner_before, last_taker };

}  // namespace

void Reference::state(State& state) const {
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        const auto lock = static_cast<std::uint16_t>(i);
        groups_[i].lock.state(lock, state);
        const auto add = [&](Fact fact, JobNumber job, std::size_t place) {
            const auto what = word_of(lock, static_cast<std::uint16_t>(fact));
            state_job(Part::lock, job, what | (std::uint64_t{place} << 32U), state);
        };
        if (groups_[i].active != 0) {
            add(Fact::active, groups_[i].active, 0);
        }
        for (std::size_t place = 0; place < groups_[i].parents.size(); ++place) {
            add(Fact::owner_before, groups_[i].parents[place], place);
        }
    }
    for (std::size_t job = 0; job < decorators_.size(); ++job) {
        if (program_.jobs[job].spec == job) {
            state_decorator(static_cast<std::uint16_t>(job), state);
        }
    }
    const bool is_endless = program_.is_endless();
    for (const SupervisorJob& job : jobs_.jobs()) {
        if (is_endless && !job.is_managed) {
            continue;  // nobody will ask for it: who repeats its calls has no children
        }
        const auto how = static_cast<std::uint16_t>(
            2 * static_cast<unsigned>(job.done) + (job.is_managed ? 1U : 0U)
        );
        state_job(Part::child, job.number, word_of(job.existing, 0x300, how), state);
    }
    for (std::size_t i = 0; i < program_.tasks.size(); ++i) {
        const TaskId task{static_cast<std::uint8_t>(i)};
        if (const JobNumber job = current_.of(task); job != 0) {
            const std::uint16_t site = jobs_.jobs()[job - 1].site;
            const bool is_own = program_.sites[site].task == task;
            state.add(
                task,
                Part::child,
                word_of(0, 0x200),
                is_own ? program_.place_of(site) : ~std::uint64_t{site}
            );
        }
    }
    tasks_.state(state);
}

// About the task that makes the call which `number` is the job of.
void Reference::state_job(Part part, JobNumber number, std::uint64_t what, State& state) const {
    const std::uint16_t site = jobs_.jobs()[number - 1].site;
    state.add(program_.sites[site].task, part, what, program_.place_of(site));
}

void Reference::state_decorator(std::uint16_t job, State& state) const {
    const Decorator& decorator = decorators_[job];
    const auto lock = static_cast<std::uint16_t>(groups_.size() + job);
    std::visit([&](const auto& one) { one.state(lock, state); }, decorator.lock);
    if (decorator.is_locked() && decorator.last_taker != 0) {
        const std::uint16_t site = calls_[decorator.last_taker].site;
        state.add(
            program_.sites[site].task,
            Part::lock,
            word_of(lock, static_cast<std::uint16_t>(Fact::last_taker)),
            program_.place_of(site)
        );
    }
    const Policy& policy = program_.jobs[job].policy;
    const auto add_start = [&](std::uint16_t group, TimePoint start) {
        const Duration age = now() - start;
        if (sets_clock_ || age < policy.period.value_or(Duration::zero())) {
            const auto value = static_cast<std::uint64_t>(age.count());
            state.add(Part::throttle, word_of(job, group), value);
        }
    };
    if (is_rate_limit(policy.throttle)) {
        for (const auto& [group, starts] : decorator.calls) {
            for (const TimePoint start : starts) {
                add_start(group, start);
            }
        }
    } else if (policy.throttle != Throttle::none) {
        for (const auto& [group, start] : decorator.last_call) {
            add_start(group, start);
        }
    }
}

}  // namespace interlock::models
