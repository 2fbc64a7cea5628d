#include "core/policy/admission.hpp"

#include "core/assert.hpp"
#include "core/policy/fingerprint.hpp"

#include <algorithm>
#include <iterator>

namespace interlock {

bool Admission::enter_within(const CallFrame& call) {
    outer_.push_back(innermost_);
    innermost_ = {call.id, &call};
    return true;
}

Admission::Decision Admission::request_held(const CallFrame& call, Request how) {
    CallId within;
    if (reentry_ == Reentry::descendants && call.parent != nullptr) {
        const auto holder = std::find_if(outer_.rbegin(), outer_.rend(), [&](const Party& outer) {
            return call.parent->descends_from(outer.call);
        });
        within = holder == outer_.rend() ? CallId{} : holder->call;
    }
    if (!how.may_wait) {
        return Decision::busy;
    }
    if (waiting() >= how.waiting_max) {
        return Decision::full;
    }
    if ((within ? descendants_waiting_ : waiting_) > how.ahead_max) {
        return Decision::too_late;
    }
    if (waiters_.capacity() == 0) {
        waiters_.reserve(8);
    }
    // Those that left the front go once they are half of all, also while somebody always waits.
    if (2 * first_ >= waiters_.size()) {
        waiters_.erase(waiters_.begin(), waiters_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
    waiters_.push_back({{call.id, &call}, within});
    ++waiting_;
    descendants_waiting_ += within ? 1 : 0;
    return Decision::queued;
}

CallId Admission::release_slowly(CallId call) noexcept {
    Party outside;  // the next holder outside of the one that leaves
    if (call && innermost_.call == call) {
        if (!outer_.empty()) {
            outside = outer_.back();
            outer_.pop_back();
        }
        innermost_ = outside;
    } else {
        const auto holder = std::find_if(outer_.begin(), outer_.end(), [&](const Party& outer) {
            return outer.call == call;
        });
        INTERLOCK_ASSERT(holder != outer_.end());
        if (holder == outer_.end()) {
            return {};
        }
        outside = holder == outer_.begin() ? Party{} : *std::prev(holder);
        outer_.erase(holder);
    }
    if (descendants_waiting_ > 0) {
        rewait_within(call, outside.call);
    }
    return grant_next();
}

void Admission::rewait_within(CallId from, CallId to) noexcept {
    for (std::size_t i = first_; i < waiters_.size(); ++i) {
        if (waiters_[i].within == from) {
            waiters_[i].within = to;
            descendants_waiting_ -= to ? 0 : 1;
        }
    }
}

CallId Admission::grant_next() noexcept {
    if (waiting_ == 0) {
        return {};
    }
    std::size_t next = first_;
    if (innermost_.call) {
        if (descendants_waiting_ == 0) {
            return {};
        }
        while (next < waiters_.size() && waiters_[next].within != innermost_.call) {
            ++next;
        }
        if (next == waiters_.size()) {
            return {};
        }
        outer_.push_back(innermost_);
    }
    innermost_ = waiters_[next].party;
    take(next);
    return innermost_.call;
}

void Admission::take(std::size_t index) noexcept {
    descendants_waiting_ -= waiters_[index].within ? 1 : 0;
    --waiting_;
    if (waiting_ == 0) {
        waiters_.clear();
        first_ = 0;
    } else if (index == first_) {
        ++first_;
    } else {
        waiters_.erase(waiters_.begin() + static_cast<std::ptrdiff_t>(index));
    }
}

bool Admission::withdraw(CallId call) noexcept {
    for (std::size_t i = first_; i < waiters_.size(); ++i) {
        if (waiters_[i].party.call == call) {
            take(i);
            return true;
        }
    }
    return false;
}

bool Admission::holds(CallId call) const noexcept {
    return call && (innermost_.call == call ||
                    std::any_of(outer_.begin(), outer_.end(), [&](const Party& outer) {
                        return outer.call == call;
                    }));
}

bool Admission::is_waiting(CallId call) const noexcept {
    // From the back: whoever asks has mostly just come.
    const auto newcomers = waiters_.rend() - static_cast<std::ptrdiff_t>(first_);
    return std::any_of(waiters_.rbegin(), newcomers, [&](const Waiter& waiter) {
        return waiter.party.call == call;
    });
}

CallId Admission::first_waiting(const JobLabel* job) const noexcept {
    for (std::size_t i = first_; i < waiters_.size(); ++i) {
        if (waiters_[i].party.frame->job == job) {
            return waiters_[i].party.call;
        }
    }
    return {};
}

std::vector<CallId> Admission::holders() const {
    std::vector<CallId> holders;
    for (const Party& outer : outer_) {
        holders.push_back(outer.call);
    }
    if (innermost_.call) {
        holders.push_back(innermost_.call);
    }
    return holders;
}

std::vector<CallId> Admission::waiters() const {
    std::vector<CallId> waiters;
    for (std::size_t i = first_; i < waiters_.size(); ++i) {
        waiters.push_back(waiters_[i].party.call);
    }
    return waiters;
}

std::uint64_t Admission::fingerprint() const noexcept {
    Fingerprint print;
    print.add(outer_.size());
    for (const Party& outer : outer_) {
        print.add(outer.call.value);
    }
    print.add(innermost_.call.value);
    for (std::size_t i = first_; i < waiters_.size(); ++i) {
        print.add(waiters_[i].party.call.value);
        print.add(waiters_[i].within.value);
    }
    return print.value();
}

std::string Admission::description() const {
    const auto listed = [](const std::vector<CallId>& calls) {
        std::string text;
        for (CallId const call : calls) {
            text += (text.empty() ? "" : ", ") + std::to_string(call.value);
        }
        return text;
    };
    if (!is_held()) {
        return "free";
    }
    return "held by " + listed(holders()) +
           (waiting() == 0 ? std::string() : "; waiting " + listed(waiters()));
}

}  // namespace interlock
