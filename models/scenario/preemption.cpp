#include "models/scenario/preemption.hpp"

#include "core/job/errors.hpp"

#include <algorithm>
#include <utility>

namespace interlock::models {

namespace {

// Whether it is a suspension by itself.
bool suspends(const Operation& operation) noexcept {
    using Kind = Operation::Kind;
    return operation.kind == Kind::work || operation.kind == Kind::sleep ||
           operation.kind == Kind::hold || operation.kind == Kind::unhold;
}

}  // namespace

// While it lives, the task is where the pause says.
class Preemption::Pausing {
  public:
    Pausing(Progress& progress, Pause pause, std::uint8_t how = 0) noexcept : progress_(progress) {
        progress.pause = pause;
        progress.how = how;
    }
    Pausing(const Pausing&) = delete;
    Pausing& operator=(const Pausing&) = delete;
    ~Pausing() { progress_.pause = Pause::none; }

  private:
    Progress& progress_;
};

Preemption::Preemption(const Program& program, Scheduler& scheduler)
    : program_(program),
      scheduler_(scheduler),
      conditions_(program.conditions.size()),
      mutexes_(program.mutex_locks.size()),
      children_(program.tasks.size()),
      progress_(program.tasks.size()) {
    Numbering numbers;
    for (ThingSet& condition : conditions_) {
        numbers.of(condition);
    }
    for (ThingSet& mutex : mutexes_) {
        numbers.of(mutex);
    }
    add_children(numbers);
    Shared shared{
        std::vector<ThingSet>(program.locks.size()),
        std::vector<ThingSet>(program.locks.size()),
        std::vector<ThingSet>(program.jobs.size()),
        std::vector<ThingSet>(program.groups.size())};
    for (const Site& site : program.sites) {
        sites_.push_back(things_of(site, shared, numbers));
    }
    for (SiteThings& things : sites_) {
        things.asks.looks |= things.replaces ? graph_ : 0;
        things.goes_on.looks |= graph_;
        things.starts.looks |= graph_;
        things.gives_back.looks |= graph_;
    }
}

void Preemption::add_children(Numbering& numbers) {
    std::vector<Within> places(program_.operations.size());
    const auto place = [&](Block steps, const Within& at) {
        std::fill(places.begin() + steps.first, places.begin() + steps.last, at);
    };
    for (std::size_t i = 0; i < program_.tasks.size(); ++i) {
        place(program_.tasks[i].steps, {.task = TaskId{static_cast<std::uint8_t>(i)}});
    }
    for (std::size_t i = 0; i < program_.sites.size(); ++i) {
        const Site& site = program_.sites[i];
        place(site.body, {.task = site.task, .site = static_cast<std::uint16_t>(i)});
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Operation& operation = program_.operations[i];
        if (operation.kind == Operation::Kind::gather) {
            add_gather(program_.forks[operation.index], places[i], numbers);
        } else if (operation.kind == Operation::Kind::join) {
            ChildThings& child = children_[operation.index];
            child.joins.looks = numbers.of(child.started);
            child.joins.changes = graph_of_join(places[i], numbers);
            child.goes_on = {.looks = numbers.of(child.over), .varies = true};
        }
    }
}

void Preemption::add_gather(const Fork& fork, const Within& at, Numbering& numbers) {
    const ThingSet graph = graph_of_join(at, numbers);
    for (std::uint8_t task = fork.first; task < fork.last; ++task) {
        ChildThings& child = children_[task];
        child.joins.changes = graph;
        const bool is_last = task + 1 == fork.last;
        // Then it joins the next. To join the first, which has not begun, can close no cycle.
        child.goes_on = {
            .looks = numbers.of(child.over), .changes = is_last ? 0 : graph, .varies = true};
    }
}

// The graph of waits, if a join there may be part of a cycle.
ThingSet Preemption::graph_of_join(const Within& at, Numbering& numbers) {
    const bool is_child = at.task.value >= program_.beginners;  // somebody may wait for it
    return is_child || has_lock(at) ? numbers.of(graph_) : 0;
}

// Whether a call of the task around it has one. What the task that started it has is not its own.
bool Preemption::has_lock(const Within& at) const {
    bool has = false;
    for (std::uint16_t in = at.site; in != no_site; in = program_.sites[in].parent) {
        has = has || (program_.sites[in].lock != no_lock && program_.sites[in].task == at.task);
    }
    return has;
}

Preemption::SiteThings Preemption::things_of(const Site& site, Shared& shared, Numbering& numbers) {
    const ProgramJob& job = program_.jobs[site.job];
    const Policy& policy = job.policy;
    ThingSet throttle = 0;
    if (policy.throttle != Throttle::none) {
        const bool is_shared = is_group(policy.throttle) && site.group != no_group;
        throttle = numbers.of(
            is_shared ? shared.group_throttles[program_.group_of(site.group)]
                      : shared.throttles[site.job]
        );
    }
    ThingSet conditions = 0;
    for (std::uint16_t const condition : job.conditions) {
        conditions |= conditions_[condition];
    }
    ThingSet head = 0;
    ThingSet end = 0;
    bool is_within = false;
    if (site.lock != no_lock) {
        head = numbers.of(shared.heads[site.lock]);
        end = numbers.of(shared.ends[site.lock]);
        for (std::uint16_t in = site.parent; in != no_site; in = program_.sites[in].parent) {
            is_within = is_within || program_.sites[in].lock == site.lock;
        }
    }
    const bool may_wait = waits(policy.concurrency);
    const bool is_plain = may_wait && !is_within && conditions == 0 && throttle == 0 &&
                          !policy.keep_latest && !policy.max_waiting && !policy.service_time;
    const bool may_hold_up = children_[site.task.value].joins.changes != 0 ||
                             has_lock({.task = site.task, .site = site.parent});
    const ThingSet graph =
        may_wait && may_hold_up && policy.detect_deadlock ? numbers.of(graph_) : 0;
    const ThingSet waiters = policy.keep_latest ? numbers.of(waiters_) : 0;
    SiteThings things;
    things.asks = {
        .looks = conditions | waiters,
        .changes = (is_plain ? end : end | head) | graph | (head == 0 ? throttle : 0)};
    // Whether it can go on at once is up to others.
    things.goes_on = {.looks = conditions, .changes = head, .varies = true};
    things.starts = {.looks = conditions, .changes = head | throttle};
    things.gives_back = {.changes = head};
    things.while_it_runs = policy.throttle_counts == ThrottleCounts::success ? throttle : 0;
    things.goes_on_apart = may_wait && !is_within;
    things.has_throttle = throttle != 0;
    things.has_lock = head != 0;
    things.replaces = policy.keep_latest;
    return things;
}

void Preemption::begin() {
    for (std::size_t task = 0; task < progress_.size(); ++task) {
        const Block steps = program_.tasks[task].steps;
        progress_[task] = {};
        if (steps.first < steps.last && !suspends(program_.operations[steps.first])) {
            progress_[task].now = of(program_.operations[steps.first]);
        }
        progress_[task].next = Footprint::everything();
    }
}

void Preemption::before(const Operation& operation) {
    give_up_if_unwinding();
    Progress& progress = current();
    const bool is_first = std::exchange(progress.is_fresh, false);
    if (suspends(operation)) {
        announce(of(operation));
        return;
    }
    if (operation.kind == Operation::Kind::raise) {
        return;
    }
    Footprint print = of(operation);
    const bool is_call = operation.kind == Operation::Kind::call;
    if (is_first || (is_call && (print.looks | print.changes) == 0)) {
        return;
    }
    if (!scheduler_.is_stopped(scheduler_.current())) {
        announce(print);
        const Pausing pausing(progress, Pause::before_step);
        scheduler_.suspend();
        return;
    }
    // It hears that it is to stop where it suspends by itself: in a queue it would at once.
    print.changes |= is_call ? sites_[operation.index].goes_on.changes : 0;
    announce(print);
    step(Pause::before_step_stopped);
    give_up_if_unwinding();
}

// A task that went on with its steps might start others, which nobody would end.
void Preemption::give_up_if_unwinding() const {
    if (scheduler_.is_unwinding()) {
        throw Cancelled();
    }
}

void Preemption::after(const TraceEvent& event) noexcept {
    const SiteThings& site = sites_[event.site];
    Progress& progress = current();
    switch (event.kind) {
        case EventKind::arrived:
            progress.has_waited = false;
            return;
        case EventKind::queued:
            progress.has_waited = true;
            announce(site.goes_on);
            return;
        case EventKind::admitted:
            if (!progress.has_waited && site.goes_on_apart) {
                const bool was_stopped = scheduler_.is_stopped(scheduler_.current());
                give_others_a_turn(site.goes_on, Pause::with_lock, was_stopped ? 1 : 0);
                progress.is_to_stop = !was_stopped && scheduler_.is_stopped(scheduler_.current());
            }
            if (site.has_throttle) {
                give_others_a_turn(site.starts, Pause::before_start);
            }
            return;
        case EventKind::started:
            if (site.while_it_runs != 0) {
                progress.counts.push_back(site.while_it_runs);
            }
            return;
        case EventKind::finished:
            if (site.while_it_runs != 0) {
                progress.counts.pop_back();  // a call around it may count at the same throttle
            }
            if (site.has_lock && !std::exchange(progress.is_to_stop, false)) {
                give_others_a_turn(site.gives_back, Pause::before_release, event.detail);
            }
            return;
        case EventKind::released:
            progress.is_to_stop = false;
            return;
        default:
            return;
    }
}

void Preemption::before_join(TaskId child) noexcept {
    announce(children_[child.value].goes_on);
    current().joined_in = scheduler_.instant().step;
}

void Preemption::after_join() noexcept {
    if (current().joined_in == scheduler_.instant().step && !scheduler_.is_unwinding()) {
        step(Pause::joined);  // it was over
    }
}

void Preemption::before_end(Status how) noexcept {
    give_others_a_turn(
        {.changes = children_[scheduler_.current().value].over},
        Pause::over,
        static_cast<std::uint8_t>(how)
    );
}

bool Preemption::is_to_stop() const noexcept {
    return progress_[scheduler_.current().value].is_to_stop;
}

Footprint Preemption::touched(const Turn& turn) {
    if (!turn.is_of_task()) {
        return {.looks = graph_, .changes = waiters_, .varies = true};
    }
    Progress& progress = progress_[turn.task().value];
    const Footprint print = progress.now;
    progress.now = progress.next;
    progress.next = Footprint::everything();
    return print;
}

Footprint Preemption::of(const Operation& operation) const {
    switch (operation.kind) {
        case Operation::Kind::call:
            return sites_[operation.index].asks;
        case Operation::Kind::cancel: {
            const TaskId task{static_cast<std::uint8_t>(operation.index)};
            return {.tasks = set_of(task), .looks = graph_, .changes = waiters_, .varies = true};
        }
        case Operation::Kind::set:
            return {.changes = conditions_[operation.index]};
        case Operation::Kind::hold:
        case Operation::Kind::unhold:
            return {.changes = mutexes_[operation.index]};
        case Operation::Kind::spawn:
        case Operation::Kind::detach:
        case Operation::Kind::gather:
            return of_start(program_.forks[operation.index]);
        case Operation::Kind::join:
            return children_[operation.index].joins;
        default:
            return {};
    }
}

Footprint Preemption::of_start(const Fork& fork) const {
    Footprint print;
    for (std::uint8_t task = fork.first; task < fork.last; ++task) {
        print.tasks |= set_of(TaskId{task});
        print.changes |= children_[task].started;
    }
    return print;
}

void Preemption::announce(Footprint print) {
    Progress& progress = current();
    for (const ThingSet counts : progress.counts) {
        print.changes |= counts;
    }
    progress.next = print;
}

void Preemption::give_others_a_turn(
    const Footprint& print, Pause pause, std::uint8_t how
) noexcept {
    if (!scheduler_.is_unwinding()) {
        announce(print);
        step(pause, how);
    }
}

void Preemption::step(Pause pause, std::uint8_t how) noexcept {
    const Pausing pausing(current(), pause, how);
    scheduler_.step();
}

void Preemption::state(State& state) const {
    for (std::size_t i = 0; i < progress_.size(); ++i) {
        const Progress& progress = progress_[i];
        if (progress.pause != Pause::none) {
            state.add(
                TaskId{static_cast<std::uint8_t>(i)},
                Part::pause,
                word_of(static_cast<std::uint16_t>(progress.pause), progress.how),
                progress.is_to_stop ? 1 : 0
            );
        }
    }
}

}  // namespace interlock::models
