#include "models/scenario/footprints.hpp"

#include <algorithm>

namespace interlock::models {

namespace {

bool touches_more(const Program& program) {
    using Kind = Operation::Kind;
    return !program.existing.empty() || std::any_of(
                                            program.operations.begin(),
                                            program.operations.end(),
                                            [](const Operation& operation) {
                                                return operation.kind == Kind::schedule ||
                                                       operation.kind == Kind::shift ||
                                                       operation.kind == Kind::state;
                                            }
                                        );
}

}  // namespace

Footprints::Footprints(const Program& program)
    : has_forks_(!program.forks.empty()),
      has_asyncio_(program.revision != "interlock"),
      is_all_one_(touches_more(program)),
      locks_(program.locks.size()),
      conditions_(program.conditions.size()),
      tasks_(program.tasks.size()),
      is_held_(program.locks.size()),
      awaited_(program.tasks.size()),
      gathered_(program.tasks.size()) {
    Numbering numbers;
    for (std::uint16_t const mutex : program.mutex_locks) {
        numbers.of(locks_[mutex]);
    }
    for (ThingSet& condition : conditions_) {
        numbers.of(condition);
    }
    for (std::size_t task = program.beginners; task < tasks_.size(); ++task) {
        numbers.of(tasks_[task].state);
    }
    if (has_asyncio_) {
        add_gathers(program, numbers);
    }
    JobThings of_jobs{
        std::vector<ThingSet>(program.jobs.size()),
        std::vector<ThingSet>(program.groups.size()),
        std::vector<ThingSet>(program.jobs.size())};
    for (const Site& site : program.sites) {
        add_site(program, site, of_jobs, numbers);
    }
    if (has_forks_ && has_asyncio_) {
        add_records(program, numbers);
    }
}

void Footprints::add_gathers(const Program& program, Numbering& numbers) {
    for (const Operation& operation : program.operations) {
        if (operation.kind != Operation::Kind::gather) {
            continue;
        }
        const Fork& fork = program.forks[operation.index];
        const TaskThings gather{.count = numbers.next(), .error = numbers.next()};
        for (std::uint8_t task = fork.first; task < fork.last; ++task) {
            tasks_[task].count = gather.count;
            tasks_[task].error = fork.return_exceptions ? 0 : gather.error;
        }
    }
}

void Footprints::add_site(
    const Program& program, const Site& site, JobThings& of_jobs, Numbering& numbers
) {
    const ProgramJob& job = program.jobs[site.job];
    SiteThings things;
    // A decorator of the reference has one lock and one throttle, whatever it is called on.
    std::uint16_t const of = has_asyncio_ ? job.spec : site.job;
    const bool has_own = site.lock != no_lock && !is_group(job.policy.concurrency);
    if (site.lock != no_lock) {
        things.lock = numbers.of(locks_[has_own ? program.jobs[of].lock : site.lock]);
    }
    if (job.policy.throttle != Throttle::none) {
        // A group's throttle may be each job's own in a group: then this is more than it is.
        const bool is_shared = is_group(job.policy.throttle) && site.group != no_group;
        things.throttle = numbers.of(
            is_shared ? of_jobs.group_throttles[program.group_of(site.group)]
                      : of_jobs.throttles[of]
        );
    }
    for (std::uint16_t const condition : job.conditions) {
        things.conditions |= conditions_[condition];
    }
    things.counts_success = job.policy.throttle_counts == ThrottleCounts::success;
    things.may_wait = waits(job.policy.concurrency);
    things.waiters = job.policy.keep_latest ? numbers.of(of_jobs.waiters[site.job]) : 0;
    if (!has_asyncio_ && site.task.value >= program.beginners) {
        things.graph = numbers.of(graph_);  // somebody may wait for the task
    }
    for (std::uint16_t in = site.parent; in != no_site; in = program.sites[in].parent) {
        if (program.sites[in].lock != no_lock) {
            things.graph = numbers.of(graph_);
        }
    }
    sites_.push_back(things);
}

void Footprints::add_records(const Program& program, Numbering& numbers) {
    for (const Site& site : program.sites) {
        if (site.parent != no_site && !(program.sites[site.parent].task == site.task)) {
            numbers.of(sites_[site.parent].record);
        }
    }
    for (std::size_t i = 0; i < sites_.size(); ++i) {
        for (std::uint16_t in = program.sites[i].parent; in != no_site;
             in = program.sites[in].parent) {
            sites_[i].records_above |= sites_[in].record;
        }
    }
}

void Footprints::begin() noexcept {
    read_ = 0;
    calls_.clear();
    std::fill(is_held_.begin(), is_held_.end(), false);
    std::fill(awaited_.begin(), awaited_.end(), 0);
    std::fill(gathered_.begin(), gathered_.end(), TaskThings{});
    resumes_ = 0;
}

Footprint Footprints::next(const std::vector<TraceEvent>& events, TaskSet woken) {
    Footprint print{.tasks = woken};
    woken_ = woken;
    const TaskSet resumes = resumes_;
    for (; read_ < events.size(); ++read_) {
        const TraceEvent& event = events[read_];
        // A fault names the task that it cancels, which does not go on.
        const bool goes_on = event.kind != EventKind::cancel_sent;
        if (goes_on && (resumes & resumes_ & set_of(event.task)) != 0) {
            add_end_of_gather(event, print);
        }
        add(event, print);
    }
    if (is_all_one_) {
        const Footprint all = Footprint::everything();
        print.tasks = all.tasks;
        print.looks = all.looks;
        print.appends = all.appends;
        print.changes = all.changes;
        print.varies = false;  // more cannot be touched
    }
    return print;
}

void Footprints::add(const TraceEvent& event, Footprint& print) {
    switch (event.kind) {
        case EventKind::cancel_sent: {
            const TaskId task{static_cast<std::uint8_t>(event.call)};
            print.tasks |= set_of(task);
            print.looks |= graph_;
            print.changes |= awaited_[event.call];
            for (TaskSet left = woken_; left != 0; left &= left - 1) {
                print.changes |= awaited_[lowest(left).value];  // it goes on to those of a gather
            }
            print.varies = true;
            if (has_forks_ && has_asyncio_) {
                print = Footprint::everything();  // it may go on to any number of others
            }
            return;
        }
        case EventKind::set:
            print.changes |= conditions_[event.call];
            return;
        case EventKind::wants:
            print.wants = event.lock;
            return;
        case EventKind::held:
            print.changes |= locks_[event.lock];
            print.takes = event.lock;
            is_held_[event.lock] = true;
            return;
        case EventKind::unheld:
            print.changes |= locks_[event.lock];
            print.frees = is_held_[event.lock] ? event.lock : no_mutex;
            is_held_[event.lock] = false;
            return;
        case EventKind::clock_set:  // of which every throttle of the reference may make something
        case EventKind::asserted:
            print = Footprint::everything();
            return;
        case EventKind::spawned:
        case EventKind::joins:
        case EventKind::joined:
        case EventKind::join_refused:
        case EventKind::ended:
        case EventKind::counted:
            add_task(event, print);
            return;
        default:
            if (event.site != no_site && event.call != 0) {
                add_call(event, print);
            }
    }
}

// A task that waited for a gather goes on, whatever came of it.
void Footprints::add_end_of_gather(const TraceEvent& event, Footprint& print) {
    const TaskThings& gathered = gathered_[event.task.value];
    print.looks |= gathered.error;
    print.changes |= gathered.count;
    print.varies = true;
    resumes_ &= ~set_of(event.task);
}

void Footprints::add_task(const TraceEvent& event, Footprint& print) {
    const bool is_its_own = event.kind == EventKind::ended || event.kind == EventKind::counted;
    const TaskThings& task = tasks_[is_its_own ? event.task.value : event.call];
    print.varies = print.varies || task.state != 0;
    switch (event.kind) {
        case EventKind::spawned:
            print.tasks |= set_of(TaskId{static_cast<std::uint8_t>(event.call)});
            print.changes |= task.state;
            return;
        case EventKind::ended:
            print.changes |= task.state;
            print.looks |= task.state != 0 ? graph_ : 0;
            return;
        case EventKind::counted:
            // Who counts for a gather commutes with others who do, whichever is the last and wakes
            // the task that waits; but errors do not.
            print.tasks = 0;
            print.looks |= task.count;
            print.changes |= event.detail != 0 ? task.error : 0;
            return;
        default:
            print.looks |= task.state;
            print.changes |= graph_;
    }
    if (event.kind == EventKind::joins && task.count != 0) {
        gathered_[event.task.value] = task;
        resumes_ |= set_of(event.task);
    }
}

void Footprints::add_call(const TraceEvent& event, Footprint& print) {
    const SiteThings& site = sites_[event.site];
    print.varies = print.varies || (site.lock | site.throttle | site.conditions) != 0;
    print.looks |= site.records_above;
    if (calls_.size() <= event.call) {
        calls_.resize(event.call + 1U);
    }
    Call& call = calls_[event.call];
    switch (event.kind) {
        case EventKind::arrived:
            call = {event.task};
            print.looks |= site.conditions;
            // A call of a child may find there that it cannot be made, and end without a word.
            print.looks |= has_forks_ && has_asyncio_ ? site.lock : 0;
            return;
        case EventKind::queued:
            print.looks |= site.lock | site.waiters;
            print.appends |= site.lock;
            print.changes |= site.graph;
            awaited_[event.task.value] = has_asyncio_ ? site.lock : site.waiters;
            return;
        case EventKind::granted:
            print.changes |= site.lock;
            print.tasks |= set_of(call.task);
            print.looks |= site.graph;
            call.is_granted = true;
            return;
        case EventKind::admitted:
            // What was handed over has been this call's since then: nobody sees it resume.
            print.looks |= site.lock | site.conditions;
            print.changes |= call.is_granted ? 0 : site.lock;
            awaited_[event.task.value] = 0;
            return;
        case EventKind::rejected:
            print.looks |= site.lock;
            print.appends |= site.may_wait ? site.lock : 0;  // the queue was at its bound
            return;
        case EventKind::throttled:
        case EventKind::rate_limited:
            print.looks |= site.throttle | site.lock;
            return;
        case EventKind::condition_failed:
            print.looks |= site.conditions | site.lock;
            return;
        case EventKind::replaced:
        case EventKind::timed_out:
        case EventKind::would_deadlock:
        case EventKind::cancelled:
            print.changes |= site.lock;
            print.tasks |= set_of(call.task);
            print.looks |= site.graph;
            awaited_[call.task.value] = 0;
            return;
        case EventKind::started:
            print.looks |= site.conditions | site.throttle;
            // The reference counts it in any case.
            print.changes |= site.counts_success && !has_asyncio_ ? 0 : site.throttle;
            return;
        case EventKind::not_started:
            print.looks |= site.lock;
            return;
        case EventKind::finished:
            print.looks |= site.lock;
            print.changes |= site.counts_success ? site.throttle : 0;
            print.changes |= site.record;
            return;
        case EventKind::released:
            print.changes |= site.lock;
            return;
        default:
            return;
    }
}

}  // namespace interlock::models
