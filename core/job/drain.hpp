// How a registry comes to rest. Part of registry.hpp, apart because it needs to know jobs.
#pragma once

#include "core/job/job_state.hpp"

#include <stdexcept>

namespace interlock {

template <Runtime R>
void JobRegistry<R>::add_job(JobState<R>& job) noexcept {
    std::lock_guard const guard(guard_);
    job.next = jobs_;
    jobs_ = &job;
    watch(job);
}

template <Runtime R>
void JobRegistry<R>::remove_job(JobState<R>& job) noexcept {
    std::lock_guard const guard(guard_);
    JobState<R>** place = &jobs_;
    while (*place != &job) {
        place = &(*place)->next;
    }
    *place = job.next;
    std::erase_if(seals_, [&](const Seal& seal) { return seal.gate == job.own_gate; });
}

template <Runtime R>
void JobRegistry<R>::watch() noexcept {
    for (JobState<R>* job = jobs_; job != nullptr; job = job->next) {
        watch(*job);
    }
}

template <Runtime R>
void JobRegistry<R>::watch(JobState<R>& job) noexcept {
    const bool is_watched = observer_ != nullptr || is_closing();
    job.way.store(is_watched ? Way::whole : job.own_way, std::memory_order_relaxed);
}

template <Runtime R>
std::vector<Named<R>> JobRegistry<R>::locks() {
    std::vector<Named<R>> locks;
    for (const JobState<R>* job = jobs_; job != nullptr; job = job->next) {
        if (job->own_gate != nullptr) {
            locks.push_back({"job " + job->label.name, job->own_gate});
        }
    }
    for (auto& [name, group] : groups_) {
        locks.push_back({"group " + name, &group.gate});
    }
    return locks;
}

// Whether a call of a job without a lock is on its way.
template <Runtime R>
bool JobRegistry<R>::is_running() const {
    const JobState<R>* job = jobs_;
    while (job != nullptr && job->running == 0) {
        job = job->next;
    }
    return job != nullptr;
}

// Takes every lock, so that nobody can; false if something still runs: then it has none. Jobs may
// come and go between one try and the next.
template <Runtime R>
bool JobRegistry<R>::seal(bool ends_waits) {
    const std::vector<Named<R>> all = locks();
    bool is_idle = !is_running();
    for (const Named<R>& lock : all) {
        if (ends_waits) {
            lock.gate->close();
        }
        is_idle = is_idle && !lock.gate->held_by().call;
    }
    if (is_idle) {
        const CallId id = next_call();
        for (const Named<R>& lock : all) {
            const Seal& seal = seals_.emplace_back(Seal{lock.gate, {.id = id}});
            if (!lock.gate->close_if_free(seal.call)) {
                seals_.pop_back();
                break;
            }
        }
        if (seals_.size() == all.size()) {
            return true;
        }
        unseal();
    }
    if (!ends_waits) {
        for (const Named<R>& lock : all) {
            lock.gate->open();
        }
    }
    return false;
}

// A moment of the registry's time.
template <Runtime R>
void JobRegistry<R>::pause() {
    // NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): nothing derives from it.
    struct Pause final : Alarm {
        typename R::Parker parker;
        void ring() noexcept override { parker.unpark(); }
    } pause;
    constexpr Duration moment = std::chrono::milliseconds(1);
    if (clock_.set(pause, clock_.now() + moment)) {
        pause.parker.park();
        clock_.clear(pause);
    } else {
        pause.parker.park_for(moment);
    }
}

template <Runtime R>
void JobRegistry<R>::finish(bool ends_waits) {
    if (current() != nullptr) {
        throw std::logic_error("a registry cannot be drained by one of its own calls");
    }
    {
        std::lock_guard const guard(guard_);
        is_closing_.store(true, std::memory_order_relaxed);
        watch();
        unseal();  // of a drain before, which this one does not wait for
    }
    for (;;) {
        {
            std::lock_guard const guard(guard_);
            if (seal(ends_waits)) {
                return;
            }
        }
        pause();  // nobody tells it that the last call has ended: calls have other things to do
    }
}

}  // namespace interlock
