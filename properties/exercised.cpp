#include "properties/exercised.hpp"

#include <algorithm>

namespace interlock::properties {

using models::EventKind;
using models::Fault;
using models::Property;

void Exercised::see(const Moment& moment) noexcept {
    const auto& [before, event, index] = moment;
    kinds_ |= bit(event.kind);
    if (event.kind == EventKind::raised || event.kind == EventKind::cancel_sent) {
        faults_ |= 1U << event.detail;  // 0: the scenario's own
        return;
    }
    const LockState* const lock = before.lock(event.lock);
    if (lock == nullptr) {
        return;
    }
    if (event.kind == EventKind::queued) {
        two_waited_ = two_waited_ || !lock->waiting.empty();
    } else if (event.kind == EventKind::admitted && before.call(event.call).stage == Stage::arrived) {
        was_reentered_ = was_reentered_ || !lock->holders.empty();
    }
}

void Exercised::add(const Exercised& other) noexcept {
    kinds_ |= other.kinds_;
    faults_ |= other.faults_;
    two_waited_ = two_waited_ || other.two_waited_;
    was_reentered_ = was_reentered_ || other.was_reentered_;
}

bool Exercised::has(Property property) const noexcept {
    constexpr auto waits = bit(EventKind::queued) | bit(EventKind::wants) | bit(EventKind::joins);
    constexpr auto turned_away = bit(EventKind::rejected) | bit(EventKind::timed_out) |
                                 bit(EventKind::replaced) | bit(EventKind::would_deadlock);
    switch (property) {
        case Property::deadlock:
            return has_any(waits);
        case Property::leak:
            return has_any(bit(EventKind::admitted) | bit(EventKind::held));
        case Property::mutual_exclusion:
            return has_any(bit(EventKind::queued) | turned_away);
        case Property::fifo:
            return two_waited_;
        case Property::reject_waits:
            return has_any(turned_away);
        case Property::unjustified_refusal:
            return std::any_of(refusals.begin(), refusals.end(), [&](EventKind kind) {
                return has(kind);
            });
        case Property::throttle_spacing:
            return has(EventKind::throttled);
        case Property::rate_limit:
            return has(EventKind::rate_limited);
        case Property::reentry:
            return was_reentered_;
        case Property::lost_result:
            return has(EventKind::finished);
        case Property::record:
            return has(EventKind::arrived);
        case Property::condition:
            return has(EventKind::condition_failed);
        case Property::suspended_in_catch:
            return has(EventKind::suspended_in_catch);
        case Property::assertion:
            return has(EventKind::asserted);
        case Property::livelock:
            return has(EventKind::retries);
        case Property::starvation:
            return has(EventKind::repeats) && has_any(waits);
    }
    return false;
}

namespace {

// What the program asks for, as far as its text shows.
class Asked {
  public:
    Asked(const models::Program& program, const Exercised& exercised)
        : program_(program), exercised_(exercised) {}

    std::vector<std::string> missing(const models::Faults& faults) {
        for (const models::Site& site : program_.sites) {
            of_policy(program_.jobs[site.job]);
        }
        for (std::size_t a = 0; a < program_.sites.size(); ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                of_two(program_.sites[a], program_.sites[b]);
            }
        }
        if (faults.raise > 0 && !exercised_.has(Fault::raise)) {
            add("fault raise");
        }
        if (faults.cancel > 0 && !exercised_.has(Fault::cancel)) {
            add("fault cancel");
        }
        return std::move(missing_);
    }

  private:
    void of_policy(const models::ProgramJob& job) {
        const Policy& policy = job.policy;
        if (is_throttle(policy.throttle)) {
            refusal(EventKind::throttled);
        }
        if (is_rate_limit(policy.throttle)) {
            refusal(EventKind::rate_limited);
        }
        if (!job.conditions.empty()) {
            refusal(EventKind::condition_failed);
        }
        if (policy.wait_timeout) {
            refusal(EventKind::timed_out);
        }
        if (policy.keep_latest) {
            refusal(EventKind::replaced);
        }
        const bool refuses = policy.concurrency != Concurrency::none && !waits(policy.concurrency);
        if (refuses || policy.max_waiting) {
            refusal(EventKind::rejected);
        }
    }

    // Calls in two tasks that go through one lock, and of one within the other.
    void of_two(const models::Site& a, const models::Site& b) {
        if (a.lock == models::no_lock || a.lock != b.lock) {
            return;
        }
        if (a.task != b.task) {
            property(Property::mutual_exclusion);
        } else if (is_within(a, b) || is_within(b, a)) {
            property(Property::reentry);
        }
    }

    [[nodiscard]] bool is_within(const models::Site& a, const models::Site& b) const {
        for (std::uint16_t at = a.parent; at != models::no_site; at = program_.sites[at].parent) {
            if (&program_.sites[at] == &b) {
                return program_.locks[a.lock].kind == models::ProgramLock::Kind::group;
            }
        }
        return false;
    }

    void refusal(EventKind kind) {
        if (!exercised_.has(kind)) {
            add("refusal " + std::string(name_of(kind)));
        }
    }

    void property(Property property) {
        if (!exercised_.has(property)) {
            add("property " + std::string(name_of(property)));
        }
    }

    void add(std::string what) {
        if (std::find(missing_.begin(), missing_.end(), what) == missing_.end()) {
            missing_.push_back(std::move(what));
        }
    }

    static bool is_throttle(Throttle throttle) {
        return throttle != Throttle::none && !is_rate_limit(throttle);
    }

    const models::Program& program_;
    const Exercised& exercised_;
    std::vector<std::string> missing_;
};

}  // namespace

std::vector<std::string> never_exercised(
    const models::Program& program, const models::Faults& faults, const Exercised& exercised
) {
    return Asked(program, exercised).missing(faults);
}

}  // namespace interlock::properties
