// The reference's JobGroup: a lock that belongs to a job, and to those that it is made within.
#pragma once

#include "models/revisions/asyncio_lock.hpp"
#include "models/revisions/job_manager.hpp"

#include <vector>

namespace interlock::models {

// The job that the running task is in, as the manager finds it.
class CurrentJob {
  public:
    explicit CurrentJob(JobManager& manager, Scheduler& scheduler)
        : manager_(manager), scheduler_(scheduler) {}

    void begin(std::size_t tasks) { numbers_.assign(tasks, 0); }

    // Of the running task: a context variable. 0: none.
    [[nodiscard]] JobNumber& number() { return of(scheduler_.current()); }
    [[nodiscard]] JobNumber& of(TaskId task) { return numbers_[task.value]; }
    [[nodiscard]] JobNumber of(TaskId task) const { return numbers_[task.value]; }

    // The same as a job of the manager. Throws RuntimeError if there is none, or not any more.
    [[nodiscard]] JobNumber managed() {
        if (number() == 0 || !manager_.job(number()).is_managed) {
            // It was given its logger as a second argument, and prints both.
            throw PythonError(
                "RuntimeError",
                "No job for the current asyncio task!",
                "('No job for the current asyncio task!', <bound method Logger.critical of "
                "<Logger supervisor.jobs (INFO)>>)"
            );
        }
        return number();
    }

  private:
    JobManager& manager_;
    Scheduler& scheduler_;
    std::vector<JobNumber> numbers_;  // one a task
};

struct JobGroup {
    AsyncioLock lock;
    JobNumber active = 0;            // that owns the lock
    std::vector<JobNumber> parents;  // that owned it before, and will again

    // Whether the running task is in the job that owns the lock. Throws RuntimeError.
    [[nodiscard]] bool has_lock(CurrentJob& current) const {
        return active != 0 && current.number() != 0 && current.managed() == active;
    }

    // To the one before, or to nobody.
    void pass_back() {
        if (!parents.empty()) {
            active = parents.back();
            parents.pop_back();
        } else {
            active = 0;
            lock.release();
        }
    }
};

}  // namespace interlock::models
