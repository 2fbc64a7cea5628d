#include "core/policy/admission.hpp"

#include "core/assert.hpp"
#include "core/policy/fingerprint.hpp"

#include <algorithm>

namespace interlock {

Admission::Decision Admission::request_held(const CallFrame& call, Request how) {
    CallId within;
    if (reentry_ == Reentry::descendants && call.parent != nullptr) {
        for_each_holder([&](const Party& holder) {
            if (!within && call.parent->descends_from(holder.call)) {
                within = holder.call;
            }
        });
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
    Party* place = &innermost_;
    while (place->call && place->call != call && place->frame->id == place->call) {
        place = &place->frame->outer;
    }
    const bool is_held = call && place->call == call;
    INTERLOCK_ASSERT(is_held);
    if (!is_held) {
        return {};
    }
    *place = outside(*place);
    const CallId to = place->call;
    if (descendants_waiting_ > 0) {
        rewait_within(call, to);
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
    }
    const Party holder = waiters_[next].party;
    take(next);
    push(*holder.frame, innermost_);
    return holder.call;
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
    bool holds = false;
    for_each_holder([&](const Party& holder) { holds = holds || holder.call == call; });
    return holds;
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
    for_each_holder([&](const Party& holder) { holders.push_back(holder.call); });
    std::reverse(holders.begin(), holders.end());
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
    const std::vector<CallId> all = holders();
    print.add(all.size());
    for (const CallId holder : all) {
        print.add(holder.value);
    }
    for (std::size_t i = first_; i < waiters_.size(); ++i) {
        print.add(waiters_[i].party.call.value);
        print.add(waiters_[i].within.value);
    }
    return print.value();
}

}  // namespace interlock
