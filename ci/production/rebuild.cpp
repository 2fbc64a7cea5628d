#include "ci/production/rebuild.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <set>

namespace interlock::ci {

using models::CallStep;
using models::JobSpec;
using models::Step;
using models::Steps;

namespace {

constexpr std::size_t roots_max = 40;
constexpr const char* outside = "outside";

// As a name in a scenario; what it has no letters for is written as '_'.
std::string plain(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '-';
        plain += is_plain ? c : '_';
    }
    return plain.empty() ? "unnamed" : plain;
}

Step step(decltype(Step::what) what) {
    return {{}, std::move(what)};
}

class Rebuilder {
  public:
    Rebuilder(const Incident& incident, const models::Scenario* known)
        : incident_(incident), known_(known) {}

    std::variant<Rebuilt, std::string> rebuild(std::string_view revision) {
        std::vector<std::uint64_t> roots;
        for (const std::uint64_t root : incident_.roots) {
            if (incident_.is_open(root)) {
                add_cause_of(root, roots);
                roots.push_back(root);
            }
        }
        if (roots.size() > roots_max) {
            return fmt::format(
                "{} calls are open at the end of the log; more than {} cannot be explored: cut the "
                "log down to one hang",
                roots.size(),
                roots_max
            );
        }
        models::Scenario& scenario = rebuilt_.scenario;
        scenario.name = "from-log";
        scenario.about = "Rebuilt from the log of a real run: what was open when it ended.";
        scenario.revision = revision;
        for (const std::uint64_t root : roots) {
            scenario.tasks.push_back({fmt::format("task_{}", root), {}, {step(call_of(root))}, 1});
        }
        if (needs_outside_) {
            scenario.tasks.push_back({outside, {}, {step(models::HoldStep{outside})}, 1});
        }
        for (const std::string& group : groups_) {
            scenario.groups.push_back({group, {}});
        }
        add_jobs();
        scenario.explore.stop = models::Stop::never;
        scenario.expect.violated = models::Property::deadlock;
        rebuilt_.left_out = incident_.calls.size() - rebuilt_.is_stuck.size();
        return std::move(rebuilt_);
    }

  private:
    // A call that its throttle refused, and that left something: somebody had started before.
    void add_cause_of(std::uint64_t number, std::vector<std::uint64_t>& roots) {
        const LoggedCall& call = incident_.calls.at(number);
        if (call.how != "throttled" && call.how != "rate_limited") {
            return;
        }
        for (auto at = incident_.calls.find(number); at != incident_.calls.begin();) {
            --at;
            if (at->second.job == call.job && at->second.is_started) {
                if (std::find(roots.begin(), roots.end(), at->first) == roots.end()) {
                    roots.push_back(at->first);
                }
                return;
            }
        }
    }

    // The recursion is as deep as calls were nested in the log.
    CallStep call_of(std::uint64_t number) {
        const LoggedCall& logged = incident_.calls.at(number);
        CallStep call;
        call.job = plain(logged.job);
        call.group = logged.group.empty() ? std::string() : plain(logged.group);
        call.catches = true;
        call.label = fmt::format("call_{}", number);
        if (!call.group.empty()) {
            groups_.insert(call.group);
        }
        rebuilt_.is_stuck[call.label] = logged.waits() || logged.runs();
        jobs_[call.job].push_back(&logged);
        Steps body;
        bool waits_within = false;
        for (const std::uint64_t child : logged.children) {
            const LoggedCall& inner = incident_.calls.at(child);
            if (!incident_.is_open(child) && !logged.runs()) {
                continue;
            }
            body.push_back(step(models::WorkStep{}));
            body.push_back(step(call_of(child)));
            waits_within = waits_within || inner.waits() || inner.runs();
        }
        if (logged.runs() && !waits_within) {
            needs_outside_ = true;
            rebuilt_.assumed.push_back(fmt::format(
                "call {} of {} never ended, and waits for no job: it waits for something that the "
                "log does not know, here the mutex '{}'",
                number,
                logged.job,
                outside
            ));
            body.push_back(step(models::HoldStep{outside}));
        }
        if (logged.how == "failed") {
            body.push_back(step(models::RaiseStep{"Error"}));
        }
        if (body.empty()) {
            body.push_back(step(models::WorkStep{}));
        }
        call.body = std::move(body);
        return call;
    }

    void add_jobs() {
        for (const auto& [name, calls] : jobs_) {
            if (const JobSpec* const known = known_job(name)) {
                rebuilt_.scenario.jobs.push_back(*known);
                continue;
            }
            JobSpec job;
            job.name = name;
            job.body = {step(models::WorkStep{})};
            guess_concurrency(name, job);
            guess_throttle(name, job);
            rebuilt_.assumed.push_back(fmt::format(
                "{} has concurrency {} and throttle {}, the weakest that explain the log",
                name,
                name_of(job.policy.concurrency),
                name_of(job.policy.throttle)
            ));
            rebuilt_.scenario.jobs.push_back(std::move(job));
        }
    }

    [[nodiscard]] const JobSpec* known_job(const std::string& name) const {
        if (known_ == nullptr) {
            return nullptr;
        }
        const auto found =
            std::find_if(known_->jobs.begin(), known_->jobs.end(), [&](const auto& job) {
                return job.name == name;
            });
        return found == known_->jobs.end() ? nullptr : &*found;
    }

    // All calls of the job in the log, whether they are part of the scenario or not.
    template <class Is>
    [[nodiscard]] bool any_call(const std::string& job, Is is) const {
        return std::any_of(incident_.calls.begin(), incident_.calls.end(), [&](const auto& entry) {
            return plain(entry.second.job) == job && is(entry.second);
        });
    }

    void guess_concurrency(const std::string& name, JobSpec& job) const {
        const bool has_group = any_call(name, [](const auto& call) { return !call.group.empty(); });
        const bool waits = any_call(name, [](const auto& call) { return call.was_queued; });
        const bool is_refused = any_call(name, [](const auto& call) { return call.how == "busy"; });
        const bool has_lock = any_call(name, [](const auto& call) { return call.has_lock; });
        if (waits || has_lock) {
            job.policy.concurrency = has_group ? Concurrency::group_queue : Concurrency::queue;
        } else if (is_refused) {
            job.policy.concurrency = has_group ? Concurrency::group_reject : Concurrency::reject;
        }
        // It did wait, so nothing refused the wait.
        job.policy.detect_deadlock =
            !any_call(name, [](const LoggedCall& call) { return call.waits(); });
    }

    void guess_throttle(const std::string& name, JobSpec& job) const {
        const auto count = [&](auto is) {
            return std::count_if(
                incident_.calls.begin(),
                incident_.calls.end(),
                [&](const auto& entry) {
                    return plain(entry.second.job) == name && is(entry.second);
                }
            );
        };
        if (any_call(name, [](const auto& call) { return call.how == "throttled"; })) {
            job.policy.throttle = Throttle::throttle;
        } else if (any_call(name, [](const auto& call) { return call.how == "rate_limited"; })) {
            job.policy.throttle = Throttle::rate_limit;
            job.policy.max_calls = static_cast<std::uint32_t>(
                std::max<std::ptrdiff_t>(1, count([](const auto& call) { return call.is_started; }))
            );
        } else {
            return;
        }
        job.policy.period = std::chrono::hours(1);
    }

    const Incident& incident_;
    const models::Scenario* known_;
    Rebuilt rebuilt_;
    std::set<std::string> groups_;
    std::map<std::string, std::vector<const LoggedCall*>> jobs_;
    bool needs_outside_ = false;
};

}  // namespace

std::variant<Rebuilt, std::string> rebuild(
    const Incident& incident, const models::Scenario* known, std::string_view revision
) {
    return Rebuilder(incident, known).rebuild(revision);
}

}  // namespace interlock::ci
