#include "models/revisions/asyncio_lock.hpp"

#include "core/job/errors.hpp"

#include <algorithm>

namespace interlock::models {

namespace {

void state_waiters(const std::vector<Future*>& waiters, std::uint16_t lock, State& state) {
    for (std::size_t i = 0; i < waiters.size(); ++i) {
        state.add(waiters[i]->task, Part::lock, word_of(lock, 1, waiters[i]->is_done ? 1 : 0), i);
    }
}

}  // namespace

void AsyncioLock::state(std::uint16_t lock, State& state) const {
    state.add(Part::lock, word_of(lock), is_locked_ ? 1 : 0);
    state_waiters(waiters_, lock, state);
}

void AsyncioSemaphore::state(std::uint16_t lock, State& state) const {
    state.add(Part::lock, word_of(lock), static_cast<std::uint64_t>(value_));
    state_waiters(waiters_, lock, state);
}

void AsyncioLock::acquire() {
    if (!is_contended()) {
        is_locked_ = true;
        return;
    }
    Future future{scheduler_.current()};
    waiters_.push_back(&future);
    try {
        scheduler_.wait();
    } catch (const Cancelled&) {
        std::erase(waiters_, &future);
        if (!is_locked_) {
            wake_first();
        }
        throw;
    }
    std::erase(waiters_, &future);
    is_locked_ = true;
}

void AsyncioLock::release() {
    is_locked_ = false;
    wake_first();
}

bool AsyncioLock::is_contended() const noexcept {
    return is_locked_ || std::any_of(waiters_.begin(), waiters_.end(), [&](const Future* waiter) {
               return !waiter->is_cancelled(scheduler_);
           });
}

void AsyncioLock::wake_first() {
    if (!waiters_.empty() && waiters_.front()->is_pending(scheduler_)) {
        waiters_.front()->is_done = true;
        scheduler_.wake(waiters_.front()->task);
    }
}

void AsyncioSemaphore::acquire() {
    if (!is_locked()) {
        --value_;
        return;
    }
    Future future{scheduler_.current()};
    waiters_.push_back(&future);
    try {
        scheduler_.wait();
    } catch (const Cancelled&) {
        std::erase(waiters_, &future);
        value_ += future.is_done ? 1 : 0;
        while (value_ > 0 && wake_next()) {
        }
        throw;
    }
    std::erase(waiters_, &future);
    while (value_ > 0 && wake_next()) {
    }
}

void AsyncioSemaphore::release() {
    ++value_;
    wake_next();
}

bool AsyncioSemaphore::is_locked() const noexcept {
    return value_ == 0 || std::any_of(waiters_.begin(), waiters_.end(), [&](const Future* waiter) {
               return !waiter->is_cancelled(scheduler_);
           });
}

bool AsyncioSemaphore::wake_next() {
    // NOLINTNEXTLINE(readability-use-anyofallof): it does more than to ask.
    for (Future* const waiter : waiters_) {
        if (waiter->is_pending(scheduler_)) {
            --value_;
            waiter->is_done = true;
            scheduler_.wake(waiter->task);
            return true;
        }
    }
    return false;
}

}  // namespace interlock::models
