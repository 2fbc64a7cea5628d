#include "models/revisions/job_manager.hpp"

#include <algorithm>

namespace interlock::models {

namespace {

[[noreturn]] void fail(std::string_view type, const std::string& message) {
    throw PythonError(type, message);
}

}  // namespace

SupervisorJob& JobManager::make(JobNumber parent) {
    SupervisorJob& job = jobs_.emplace_back();
    job.number = static_cast<JobNumber>(jobs_.size());
    job.parent = parent;
    return job;
}

void JobManager::describe(
    JobNumber number,
    const ProgramJob& by,
    std::uint32_t call,
    std::uint16_t site,
    std::uint16_t group
) {
    SupervisorJob& job = this->job(number);
    if (job.done != SupervisorJob::Done::none) {
        fail("ValueError", "Field cannot be updated once job has started");
    }
    job.name = by.name;
    job.is_internal = by.is_internal;
    job.call = call;
    job.site = site;
    job.group = group;
    if (options_.syncs_progress) {
        job.filters.clear();
        for (const ChildSync& sync : by.child_syncs) {
            job.filters.push_back({&sync, std::nullopt});
        }
        follow(job);
    }
}

bool JobManager::has_reference(const SupervisorJob& job, const std::string& reference) const {
    return job.group < program_.references.size() && program_.references[job.group] == reference;
}

void JobManager::follow(SupervisorJob& job) {
    for (JobNumber above = job.parent; above != 0; above = this->job(above).parent) {
        SupervisorJob& parent = this->job(above);
        if (!parent.is_managed) {
            return;
        }
        if (parent.filters.empty() || parent.done == SupervisorJob::Done::yes) {
            continue;
        }
        const auto filter =
            std::find_if(parent.filters.begin(), parent.filters.end(), [&](const auto& one) {
                return one.sync->name == job.name &&
                       (!one.sync->reference || has_reference(job, *one.sync->reference));
            });
        if (filter == parent.filters.end()) {
            continue;
        }
        filter->baseline = filter->baseline.value_or(parent.progress);
        if (*filter->baseline >= 100) {
            continue;
        }
        if (parent.progress > *filter->baseline) {
            parent.progress = *filter->baseline;
            notify(parent);
            update_parents(parent);
        }
        job.syncs.push_back({above, *filter->baseline, filter->sync->allocation});
    }
}

void JobManager::update_parents(const SupervisorJob& job) {
    for (const SupervisorJob::Sync& sync : job.syncs) {
        SupervisorJob& parent = this->job(sync.parent);
        const double progress = std::max(
            parent.progress, std::min(100.0, sync.baseline + sync.allocation * job.progress)
        );
        if (progress != parent.progress && parent.done != SupervisorJob::Done::yes) {
            parent.progress = progress;
            notify(parent);
            update_parents(parent);
        }
    }
}

void JobManager::notify(const SupervisorJob& job) {
    if (listener_ != nullptr && !job.is_internal) {
        listener_->on_message(job);
    }
}

void JobManager::start(JobNumber number, JobNumber current) {
    SupervisorJob& job = this->job(number);
    if (job.done != SupervisorJob::Done::none) {
        fail("JobStartException", "Job has already been started");
    }
    if (current != job.parent) {
        fail("JobStartException", "Job has a different parent from current job");
    }
    job.done = SupervisorJob::Done::no;
    notify(job);
    if (listener_ != nullptr && (!job.is_internal || options_.notifies_of_internal)) {
        listener_->on_start(job);
    }
}

void JobManager::end(JobNumber number, bool is_success) {
    SupervisorJob& job = this->job(number);
    if (is_success && options_.completes_progress) {
        job.progress = 100;
    }
    job.done = SupervisorJob::Done::yes;
    notify(job);
    update_parents(job);
    if (listener_ != nullptr && (!job.is_internal || options_.notifies_of_internal)) {
        listener_->on_end(job);
    }
}

void JobManager::capture(JobNumber number, const PythonError& error) {
    SupervisorJob& job = this->job(number);
    if (error.is_hassio) {
        job.errors.push_back({error.type, error.message, job.stage});
    } else {
        job.errors.push_back({"HassioError", std::string(options_.unknown_error), job.stage});
    }
    notify(job);
    update_parents(job);
}

void JobManager::set_progress(JobNumber number, double progress) {
    SupervisorJob& job = this->job(number);
    if (job.done == SupervisorJob::Done::yes) {
        fail("ValueError", "Cannot update a job that is done");
    }
    if (progress < 0 || progress > 100) {
        fail("ValueError", "Value must be between 0 and 100");
    }
    job.progress = progress;
    notify(job);
    update_parents(job);
}

void JobManager::set_stage(JobNumber number, const std::string& stage) {
    SupervisorJob& job = this->job(number);
    if (job.done == SupervisorJob::Done::yes) {
        fail("ValueError", "Cannot update a job that is done");
    }
    job.stage = stage;
    notify(job);
}

void JobManager::remove(JobNumber number) {
    if (!job(number).is_managed) {
        std::string const text = "Could not find job " + std::string(job(number).name);
        if (listener_ != nullptr) {
            listener_->on_log("ERROR", text);
        }
        fail("JobNotFound", text);
    }
    if (job(number).done == SupervisorJob::Done::no && listener_ != nullptr) {
        listener_->on_log(
            "WARNING",
            "Removing incomplete job " + std::string(job(number).name) + " from job manager"
        );
    }
    job(number).is_managed = false;
    if (job(number).done != SupervisorJob::Done::yes) {
        return;
    }
    // A child's number is higher than its parent's.
    for (JobNumber child = number + 1; child <= jobs_.size(); ++child) {
        if (job(child).is_managed && job(child).parent == number) {
            remove(child);
        }
    }
}

}  // namespace interlock::models
