#include "ci/conformance/journal.hpp"

#include "models/revisions/reference.hpp"

#include <algorithm>

namespace interlock::ci {

using models::Reference;
using models::SupervisorJob;

namespace {

std::int64_t us_of(TimePoint time) {
    return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

Json done_json(SupervisorJob::Done done) {
    return done == SupervisorJob::Done::none ? Json(nullptr)
                                             : Json(done == SupervisorJob::Done::yes);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

}  // namespace

Journal::Journal(
    const GoldenCase& golden, const models::Program& program, models::Scheduler& scheduler
)
    : golden_(golden), program_(program), scheduler_(scheduler), calls_(program.sites.size()) {}

std::int64_t Journal::now_us() const {
    return us_of(scheduler_.clock().now());
}

const std::string& Journal::label(std::uint16_t site) const {
    return program_.sites[site].label;
}

Json Journal::label(const SupervisorJob& job) const {
    if (job.existing != models::no_existing) {
        return program_.existing[job.existing];
    }
    return job.site == models::no_site ? Json(nullptr) : Json(label(job.site));
}

Json Journal::label_of(const Reference& reference, std::uint32_t job) const {
    return job == 0 ? Json(nullptr) : label(reference.jobs()[job - 1]);
}

void Journal::on_call(std::uint16_t site) {
    calls_[site].is_made = true;
    order_.push_back(site);
    add("invoke", label(site));
}

void Journal::on_body(std::uint16_t site) {
    calls_[site].has_entered = true;
    add("enter", label(site));
}

void Journal::on_body_end(std::uint16_t site, std::string_view how) {
    add("exit", label(site), how);
}

void Journal::on_return(std::uint16_t site, const Return& how) {
    Call& call = calls_[site];
    if (how.error != nullptr) {
        call.returned = {
            {"status", "raised"}, {"exception", how.error->type}, {"message", how.error->message}};
        add("result", label(site), "raised", how.error->type, how.error->message);
        return;
    }
    const char* status = "ran";
    if (how.is_cancelled) {
        status = "cancelled";
    } else if (how.is_none) {
        status = call.has_entered ? "ran_returned_none" : "none";
    }
    call.returned = {{"status", status}};
    add("result", label(site), status);
}

void Journal::on_cancel(models::TaskId task) {
    add("cancel", program_.tasks[task.value].name);
}

void Journal::on_start(const SupervisorJob& job) {
    add("supervisor_job_start", label(job));
}

void Journal::on_end(const SupervisorJob& job) {
    add("supervisor_job_end", label(job));
}

void Journal::on_message(const SupervisorJob& job) {
    if (golden_.records_messages) {
        add("ws", label(job), job.progress, done_json(job.done));
    }
}

void Journal::on_log(std::string_view level, const std::string& text) {
    add("log", level, text);
}

void Journal::on_period(
    std::uint16_t job,
    std::optional<TimePoint> last,
    std::optional<std::size_t> calls,
    Duration period
) {
    add("period_fn",
        program_.jobs[job].name,
        last ? Json(us_of(*last)) : Json(nullptr),
        calls ? Json(*calls) : Json(nullptr),
        std::chrono::duration_cast<std::chrono::microseconds>(period).count());
}

Json Journal::job_json(const Reference& reference, const SupervisorJob& job, bool is_full) const {
    Json errors = Json::array();
    for (const SupervisorJob::Error& error : job.errors) {
        errors.push_back(Json::array({error.type, error.message, text_or_null(error.stage)}));
    }
    Json json{
        {"label", label(job)},
        {"name", job.name.empty() ? Json(nullptr) : Json(job.name)},
        {"done", done_json(job.done)},
        {"progress", job.progress},
        {"internal", job.is_internal},
        {"parent", label_of(reference, job.parent)},
        {"errors", std::move(errors)},
    };
    if (is_full) {
        const bool has_reference = job.group < program_.references.size();
        json["stage"] = text_or_null(job.stage);
        json["reference"] =
            has_reference ? text_or_null(program_.references[job.group]) : Json(nullptr);
    }
    return json;
}

Json Journal::calls_json() const {
    Json calls = Json::array();
    for (std::uint16_t const site : order_) {
        const Call& call = calls_[site];
        Json json{
            {"label", label(site)},
            {"obj", golden_.site_objects[site]},
            {"method", program_.job_of(site).name},
            {"entered", call.has_entered},
        };
        json.update(call.returned.is_null() ? Json{{"status", "pending"}} : call.returned);
        calls.push_back(std::move(json));
    }
    return calls;
}

Json Journal::methods_json(const Reference& reference) const {
    Json methods = Json::object();
    for (std::size_t i = 0; i < program_.jobs.size(); ++i) {
        const bool is_created = std::any_of(order_.begin(), order_.end(), [&](std::uint16_t site) {
            return program_.sites[site].job == i;
        });
        const Reference::Decorator& decorator = reference.decorators()[i];
        const auto key = [&](std::uint16_t group) {
            return group == models::no_group ? std::string("None") : program_.groups[group];
        };
        Json json{{"created", is_created}};
        if (is_created) {
            const auto* semaphore = std::get_if<models::AsyncioSemaphore>(&decorator.lock);
            json["kind"] = semaphore != nullptr ? "Semaphore" : "Lock";
            json["locked"] = decorator.is_locked();
            json["waiters"] =
                std::visit([](const auto& lock) { return lock.waiting(); }, decorator.lock);
            if (semaphore != nullptr) {
                json["value"] = semaphore->value();
            }
        }
        json["last_call_us"] = Json::object();
        for (const auto& [group, time] : decorator.last_call) {
            json["last_call_us"][key(group)] = us_of(time);
        }
        json["rate_calls_us"] = nullptr;
        if (is_rate_limit(program_.jobs[i].policy.throttle)) {
            json["rate_calls_us"] = Json::object();
            for (const auto& [group, times] : decorator.calls) {
                Json list = Json::array();
                for (const TimePoint time : times) {
                    list.push_back(us_of(time));
                }
                json["rate_calls_us"][key(group)] = std::move(list);
            }
        }
        methods[program_.jobs[i].name] = std::move(json);
    }
    return methods;
}

Json Journal::groups_json(const Reference& reference) const {
    Json groups = Json::object();
    for (std::size_t i = 0; i < program_.groups.size(); ++i) {
        const models::JobGroup& group = reference.groups()[i];
        Json parents = Json::array();
        for (std::uint32_t const parent : group.parents) {
            parents.push_back(label_of(reference, parent));
        }
        groups[golden_.group_objects[i]] = {
            {"locked", group.lock.is_locked()},
            {"waiters", group.lock.waiting()},
            {"owner", label_of(reference, group.active)},
            {"parents", std::move(parents)},
        };
    }
    return groups;
}

// Locks that are held though no call that has begun and not ended can hold them.
Json Journal::leaks_json(const Reference& reference) const {
    const auto is_held_by_a_call = [&](std::uint16_t lock) {
        return std::any_of(order_.begin(), order_.end(), [&](std::uint16_t site) {
            return calls_[site].has_entered && calls_[site].returned.is_null() &&
                   program_.sites[site].lock == lock;
        });
    };
    Json leaks = Json::array();
    for (std::size_t i = 0; i < program_.jobs.size(); ++i) {
        if (reference.decorators()[i].is_locked() && !is_held_by_a_call(program_.jobs[i].lock)) {
            leaks.push_back("method:" + program_.jobs[i].name);
        }
    }
    for (std::size_t i = 0; i < program_.groups.size(); ++i) {
        if (reference.groups()[i].lock.is_locked() && !is_held_by_a_call(program_.group_locks[i])) {
            leaks.push_back("group:" + golden_.group_objects[i]);
        }
    }
    return leaks;
}

void Journal::on_over(const Reference& reference) {
    Json pending = Json::array();
    for (std::uint16_t const site : order_) {
        if (calls_[site].returned.is_null()) {
            pending.push_back(label(site));
        }
    }
    Json managed = Json::array();
    Json jobs = Json::array();
    for (const SupervisorJob& job : reference.jobs()) {
        jobs.push_back(job_json(reference, job, false));
        if (job.is_managed) {
            managed.push_back(job_json(reference, job, true));
        }
    }
    result_ = {
        {"deadlock", !pending.empty()},
        {"pending", std::move(pending)},
        {"calls", calls_json()},
        {"end_us", now_us()},
        {"end_state",
         {{"methods", methods_json(reference)},
          {"groups", groups_json(reference)},
          {"jobs_in_manager", std::move(managed)}}},
        {"jobs", std::move(jobs)},
        {"events", events_},
        {"leaks", leaks_json(reference)},
    };
}

}  // namespace interlock::ci
