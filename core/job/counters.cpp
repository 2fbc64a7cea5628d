#include "core/job/counters.hpp"

#include <utility>

namespace interlock {

Counters::Counters(const Clock& clock, std::vector<Duration> bounds)
    : clock_(clock), bounds_(std::move(bounds)) {}

void Counters::on_event(const Event& event) noexcept {
    // A grant has no job where the lock is a group's, and `admitted` tells it again.
    if (event.job == nullptr || event.kind == EventKind::granted ||
        event.kind == EventKind::released) {
        return;
    }
    std::lock_guard const guard(mutex_);
    JobCounts& counts = counts_of(*event.job);
    switch (event.kind) {
        case EventKind::arrived:
            ++counts.arrived;
            break;
        case EventKind::queued:
            ++counts.queued;
            if (!event.is_dry) {  // else it would have waited, and goes on
                begin_wait(counts, event.call);
            }
            break;
        case EventKind::admitted:
            ++counts.admitted;
            end_wait(counts, event.call);
            break;
        case EventKind::refused:
            refuse(counts, event);
            break;
        case EventKind::cancelled:
            ++counts.cancelled_waiting;
            end_wait(counts, event.call);
            break;
        case EventKind::started:
            ++counts.started;
            begin_run(counts, event.call);
            break;
        case EventKind::finished:
            ++(event.how == Status::ran         ? counts.ran
               : event.how == Status::cancelled ? counts.cancelled
                                                : counts.failed);
            end_run(counts, event.call);
            break;
        default:
            break;
    }
}

Counters::Snapshot Counters::snapshot() const {
    std::lock_guard const guard(mutex_);
    Snapshot snapshot;
    snapshot.reserve(jobs_.size());
    for (const auto& [name, counts] : jobs_) {
        snapshot.push_back(counts);
    }
    return snapshot;
}

JobCounts& Counters::counts_of(const JobLabel& job) {
    auto found = jobs_.find(job.name);
    if (found == jobs_.end()) {
        JobCounts counts{
            .job = job.name,
            .waiting_time = Histogram(bounds_),
            .running_time = Histogram(bounds_)};
        found = jobs_.try_emplace(job.name, std::move(counts)).first;
    }
    return found->second;
}

void Counters::refuse(JobCounts& counts, const Event& event) {
    if (event.is_dry) {
        ++counts.would_refuse[event.reason];
        return;  // the call goes on
    }
    ++counts.refused[event.reason];
    if (!end_wait(counts, event.call) && event.reason == Reason::replaced) {
        in_flight_.try_emplace(event.call.value, InFlight{Phase::replaced, {}});
    }
}

void Counters::begin_wait(JobCounts& counts, CallId call) {
    const auto [entry, is_new] =
        in_flight_.try_emplace(call.value, InFlight{Phase::waiting, clock_.now()});
    if (is_new) {
        ++counts.waiting;
    } else if (entry->second.phase == Phase::replaced) {
        counts.waiting_time.record(Duration::zero());
        in_flight_.erase(entry);
    }
}

bool Counters::end_wait(JobCounts& counts, CallId call) {
    const auto entry = in_flight_.find(call.value);
    if (entry == in_flight_.end() || entry->second.phase != Phase::waiting) {
        return false;
    }
    counts.waiting_time.record(clock_.now() - entry->second.since);
    --counts.waiting;
    in_flight_.erase(entry);
    return true;
}

void Counters::begin_run(JobCounts& counts, CallId call) {
    if (in_flight_.try_emplace(call.value, InFlight{Phase::running, clock_.now()}).second) {
        ++counts.running;
    }
}

void Counters::end_run(JobCounts& counts, CallId call) {
    const auto entry = in_flight_.find(call.value);
    if (entry == in_flight_.end() || entry->second.phase != Phase::running) {
        return;
    }
    counts.running_time.record(clock_.now() - entry->second.since);
    --counts.running;
    in_flight_.erase(entry);
}

}  // namespace interlock
