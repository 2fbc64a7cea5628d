#include "models/scenario/footprints.hpp"

#include <algorithm>

namespace interlock::models {

namespace {

// Gives out the bits, to things that are used only.
class Numbering {
  public:
    ThingSet next() noexcept { return ThingSet{1} << (given_++ % 64); }

    ThingSet of(ThingSet& thing) noexcept {
        if (thing == 0) {
            thing = next();
        }
        return thing;
    }

  private:
    unsigned int given_ = 0;
};

}  // namespace

Footprints::Footprints(const Program& program)
    : is_all_one_(!program.forks.empty()),
      has_asyncio_(program.revision != "interlock"),
      locks_(program.locks.size()),
      conditions_(program.conditions.size()),
      is_held_(program.locks.size()),
      awaited_(program.tasks.size()) {
    Numbering numbers;
    for (std::uint16_t const mutex : program.mutex_locks) {
        numbers.of(locks_[mutex]);
    }
    for (ThingSet& condition : conditions_) {
        numbers.of(condition);
    }
    std::vector<ThingSet> of_jobs(program.jobs.size());
    std::vector<ThingSet> of_groups(program.groups.size());
    std::vector<ThingSet> waiters_of_jobs(program.jobs.size());
    for (const Site& site : program.sites) {
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
            things.throttle =
                numbers.of(is_shared ? of_groups[program.group_of(site.group)] : of_jobs[of]);
        }
        for (std::uint16_t const condition : job.conditions) {
            things.conditions |= conditions_[condition];
        }
        things.counts_success = job.policy.throttle_counts == ThrottleCounts::success;
        things.may_wait = waits(job.policy.concurrency);
        things.waiters = job.policy.keep_latest ? numbers.of(waiters_of_jobs[site.job]) : 0;
        for (std::uint16_t in = site.parent; in != no_site; in = program.sites[in].parent) {
            if (program.sites[in].lock != no_lock) {
                things.graph = numbers.of(graph_);
            }
        }
        sites_.push_back(things);
    }
}

void Footprints::begin() noexcept {
    read_ = 0;
    calls_.clear();
    std::fill(is_held_.begin(), is_held_.end(), false);
    std::fill(awaited_.begin(), awaited_.end(), 0);
}

Footprint Footprints::next(const std::vector<TraceEvent>& events) {
    Footprint print;
    for (; read_ < events.size(); ++read_) {
        add(events[read_], print);
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
            print.varies = true;
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
        default:
            if (event.site != no_site && event.call != 0) {
                add_call(event, print);
            }
    }
}

void Footprints::add_call(const TraceEvent& event, Footprint& print) {
    const SiteThings& site = sites_[event.site];
    print.varies = print.varies || (site.lock | site.throttle | site.conditions) != 0;
    if (calls_.size() <= event.call) {
        calls_.resize(event.call + 1U);
    }
    Call& call = calls_[event.call];
    switch (event.kind) {
        case EventKind::arrived:
            call = {event.task};
            print.looks |= site.conditions;
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
            return;
        case EventKind::released:
            print.changes |= site.lock;
            return;
        default:
            return;
    }
}

}  // namespace interlock::models
