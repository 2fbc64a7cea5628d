#include "models/units/pool.hpp"

#include <algorithm>
#include <utility>

namespace interlock::models {

namespace {

constexpr std::chrono::microseconds between_calls{50};

}  // namespace

Pool::Pool(Result before, std::uint64_t executions, std::size_t workers, Dependence depend)
    : workers_(workers),
      executions_max_(executions),
      left_(before.rest, depend),
      executions_(executions - std::min(before.executions, executions)),
      result_(std::move(before)) {
    result_.rest.clear();
}

std::optional<Pool::Loan> Pool::borrow() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    note_change();
    changed_.wait(lock, [&] { return has_ended_ || is_over() || can_lend(); });
    --waiting_;
    if (!can_lend()) {
        note_change();
        return std::nullopt;
    }
    return lend(left_.take_next());
}

std::optional<Pool::Loan> Pool::borrow_now(bool& waits) {
    std::lock_guard const lock(mutex_);
    const bool waits_now = !can_lend();
    if (waits_now != waits) {
        waits = waits_now;
        waits ? ++waiting_ : --waiting_;
        note_change();
    }
    if (waits) {
        return std::nullopt;
    }
    return lend(left_.take_largest());
}

// With mutex_. A share of the executions that are left, so that all end at about the same time, and
// nobody is promised what another could run while something is left for it.
Pool::Loan Pool::lend(Subtree&& part) {
    Loan loan{std::move(part), std::max<std::uint64_t>(1, executions_ / (2 * workers_))};
    executions_ -= loan.executions;
    ++lent_;
    note_change();
    return loan;
}

void Pool::give_back(const Loan& loan, Result&& part) {
    std::lock_guard const lock(mutex_);
    --lent_;
    executions_ += loan.executions - std::min(part.executions, loan.executions);
    has_ended_ = has_ended_ || part.is_enough;
    if (!part.is_complete && !part.is_enough && part.rest.empty()) {
        has_ended_ = true;
        is_spoiled_ = true;
        if (part.verdict == Verdict::broken || result_.why.empty()) {
            result_.why = part.why;
        }
        if (part.verdict == Verdict::broken) {
            result_.verdict = Verdict::broken;
        }
    }
    left_.put_back(loan.subtree, part.rest, part.wanted);
    merge(result_, std::move(part));
    note_change();
}

void Pool::end(std::string why) {
    std::lock_guard const lock(mutex_);
    if (!has_ended_) {
        has_ended_ = true;
        result_.why = std::move(why);
    }
    note_change();
}

bool Pool::wait_for(std::chrono::microseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return is_over(); });
}

Result Pool::so_far(const std::function<void()>& meanwhile) {
    std::unique_lock lock(mutex_);
    is_paused_ = true;
    note_change();
    while (lent_ != 0) {
        if (meanwhile) {
            lock.unlock();
            meanwhile();
            lock.lock();
            changed_.wait_for(lock, between_calls, [&] { return lent_ == 0; });
        } else {
            changed_.wait(lock);
        }
    }
    Result so_far = result_;
    so_far.rest = left_.rest();
    is_paused_ = false;
    note_change();
    return so_far;
}

Result Pool::take_result() {
    std::lock_guard const lock(mutex_);
    result_.is_complete = !has_ended_ && left_.is_empty();
    if (!has_ended_ && !left_.is_empty()) {
        result_.why = "the budget of " + std::to_string(executions_max_) + " executions is used up";
    }
    result_.rest = left_.rest();
    conclude(result_);
    return std::move(result_);
}

// With mutex_.
void Pool::note_change() {
    const bool is_hungry = waiting_ > 0 && left_.is_empty() && executions_ > 0;
    is_wanted_back_.store(has_ended_ || is_paused_ || is_hungry, std::memory_order_relaxed);
    changed_.notify_all();
}

}  // namespace interlock::models
