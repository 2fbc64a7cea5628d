// A service with three decorated jobs, whatever its tasks run on.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <interlock/job.hpp>
#include <string>

// Keeps devices up to date:
//  - refresh: one at a time for each device, the others wait their turn;
//  - backup: one at all, a second one is refused;
//  - report: at most two a minute, whoever asks.
template <class R>
class Service {
  public:
    explicit Service(interlock::JobRegistry<R>& registry) : registry_(registry) {}

    // Waits its turn, for a second at most; says what came of it.
    std::string refresh(const std::string& device) {
        const interlock::JobGroup<R> group(registry_, device);
        const auto outcome = refresh_.on(group).call();
        return outcome.ran() ? "ran" : interlock::message_of(*outcome.refusal());
    }

    // The throwing form: an error of its own for a refusal.
    void backup() { backup_(); }

    std::string report() {
        const auto outcome = report_.call();
        if (outcome.status() == interlock::Status::rate_limited) {
            const auto wait =
                std::chrono::ceil<std::chrono::seconds>(outcome.refusal()->retry_after);
            return "again in " + std::to_string(wait.count()) + " s";
        }
        return "sent";
    }

    // From within a backup: what a second one is told.
    std::string backup_during_a_backup() {
        std::string told;
        during_backup_ = [&] {
            try {
                backup_();
            } catch (const interlock::JobRejected& refused) {
                told = refused.what();
            }
        };
        backup_();
        during_backup_ = nullptr;
        return told;
    }

  private:
    template <class Body>
    using Job = interlock::Job<R, Body>;

    interlock::JobRegistry<R>& registry_;
    std::function<void()> during_backup_;
    Job<std::function<void()>> refresh_ = interlock::decorate(
        registry_,
        "refresh",
        {.concurrency = interlock::Concurrency::group_queue,
         .wait_timeout = std::chrono::seconds(1)},
        std::function<void()>([] {})
    );
    Job<std::function<void()>> backup_ = interlock::decorate(
        registry_,
        "backup",
        {.concurrency = interlock::Concurrency::reject},
        std::function<void()>([this] {
            if (during_backup_) {
                during_backup_();
            }
        })
    );
    Job<std::function<void()>> report_ = interlock::decorate(
        registry_,
        "report",
        {.throttle = interlock::Throttle::rate_limit,
         .period = std::chrono::minutes(1),
         .max_calls = 2},
        std::function<void()>([] {})
    );
};
