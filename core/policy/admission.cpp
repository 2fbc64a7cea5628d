#include "core/policy/admission.hpp"

#include "core/assert.hpp"
#include "core/policy/fingerprint.hpp"

#include <algorithm>
#include <iterator>

namespace interlock {

Admission::Decision Admission::request_held(const CallFrame& call, Request how) {
    CallId within;
    if (reentry_ == Reentry::descendants && call.parent != nullptr) {
        if (call.parent->descends_from(innermost_)) {
            outer_.push_back(innermost_);
            innermost_ = call.id;
            return Decision::admitted;
        }
        const auto holder = std::find_if(outer_.rbegin(), outer_.rend(), [&](CallId outer) {
            return call.parent->descends_from(outer);
        });
        within = holder == outer_.rend() ? CallId{} : *holder;
    }
    if (!how.may_wait) {
        return Decision::busy;
    }
    if (waiting() >= how.waiting_max) {
        return Decision::full;
    }
    // Those that left the front go once they are half of all, also while somebody always waits.
    if (2 * first_ >= waiters_.size()) {
        waiters_.erase(waiters_.begin(), waiters_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
    waiters_.push_back({call.id, within});
    descendants_waiting_ += within ? 1 : 0;
    return Decision::queued;
}

CallId Admission::release_slowly(CallId call) noexcept {
    CallId outside;  // the next holder outside of the one that leaves
    if (call && innermost_ == call) {
        if (!outer_.empty()) {
            outside = outer_.back();
            outer_.pop_back();
        }
        innermost_ = outside;
    } else {
        const auto holder = std::find(outer_.begin(), outer_.end(), call);
        INTERLOCK_ASSERT(holder != outer_.end());
        if (holder == outer_.end()) {
            return {};
        }
        outside = holder == outer_.begin() ? CallId{} : *std::prev(holder);
        outer_.erase(holder);
    }
    if (descendants_waiting_ > 0) {
        rewait_within(call, outside);
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
    if (first_ == waiters_.size()) {
        return {};
    }
    std::size_t next = first_;
    if (innermost_) {
        if (descendants_waiting_ == 0) {
            return {};
        }
        while (next < waiters_.size() && waiters_[next].within != innermost_) {
            ++next;
        }
        if (next == waiters_.size()) {
            return {};
        }
        outer_.push_back(innermost_);
    }
    innermost_ = waiters_[next].call;
    take(next);
    return innermost_;
}

void Admission::take(std::size_t index) noexcept {
    descendants_waiting_ -= waiters_[index].within ? 1 : 0;
    if (index == first_) {
        ++first_;
    } else {
        waiters_.erase(waiters_.begin() + static_cast<std::ptrdiff_t>(index));
    }
}

bool Admission::withdraw(CallId call) noexcept {
    for (std::size_t i = first_; i < waiters_.size(); ++i) {
        if (waiters_[i].call == call) {
            take(i);
            return true;
        }
    }
    return false;
}

bool Admission::holds(CallId call) const noexcept {
    return call &&
           (innermost_ == call || std::find(outer_.begin(), outer_.end(), call) != outer_.end());
}

bool Admission::is_waiting(CallId call) const noexcept {
    return std::any_of(
        waiters_.begin() + static_cast<std::ptrdiff_t>(first_),
        waiters_.end(),
        [&](const Waiter& waiter) { return waiter.call == call; }
    );
}

std::vector<CallId> Admission::holders() const {
    std::vector<CallId> holders = outer_;
    if (innermost_) {
        holders.push_back(innermost_);
    }
    return holders;
}

std::vector<CallId> Admission::waiters() const {
    std::vector<CallId> waiters;
    for (std::size_t i = first_; i < waiters_.size(); ++i) {
        waiters.push_back(waiters_[i].call);
    }
    return waiters;
}

std::uint64_t Admission::fingerprint() const noexcept {
    Fingerprint print;
    print.add(outer_.size());
    for (const CallId call : outer_) {
        print.add(call.value);
    }
    print.add(innermost_.value);
    for (std::size_t i = first_; i < waiters_.size(); ++i) {
        print.add(waiters_[i].call.value);
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
