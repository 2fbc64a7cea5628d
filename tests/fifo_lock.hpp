// What a lock of jobs is in one sentence after another: a sequential specification, and whether a
// concurrent history is one of it (Wing and Gong, JPDC 17, 1993, with Lowe's memory of what
// failed).
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <set>
#include <utility>
#include <vector>

namespace interlock::test {

// An operation, which takes effect at one moment between `begin` and `end`.
struct LockOperation {
    enum class Kind : std::uint8_t {
        request,  // gets the lock, or in line
        reject,   // finds it taken
        start,    // its body begins: it has the lock
        skip,     // it is throttled: it has the lock, and does not run
        leave,    // gives up waiting, or what it was just handed
        release,
    };

    Kind kind{};
    std::uint32_t call = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

// First come, first served; handed over.
class FifoLock {
  public:
    // False if the operation cannot have this result here.
    bool apply(const LockOperation& operation) {
        const bool has_it = !line_.empty() && line_.front() == operation.call;
        switch (operation.kind) {
            case LockOperation::Kind::request:
                line_.push_back(operation.call);
                return true;
            case LockOperation::Kind::reject:
                return !line_.empty();
            case LockOperation::Kind::start:
            case LockOperation::Kind::skip:
                return has_it;
            case LockOperation::Kind::leave:
                return std::erase(line_, operation.call) == 1;
            case LockOperation::Kind::release:
                if (has_it) {
                    line_.pop_front();
                }
                return has_it;
        }
        return false;
    }

    friend auto operator<=>(const FifoLock&, const FifoLock&) = default;

  private:
    std::deque<std::uint32_t> line_;  // the first has it
};

// Whether the operations, each at some moment of its own, can have happened one after the other.
class Linearization {
  public:
    // At most 64 operations.
    explicit Linearization(std::vector<LockOperation> history) : history_(std::move(history)) {}

    bool exists() { return goes_on(0, FifoLock()); }

  private:
    bool goes_on(std::uint64_t done, const FifoLock& lock) {
        if (done == (std::uint64_t{2} << (history_.size() - 1)) - 1 || history_.empty()) {
            return true;
        }
        if (!failed_.emplace(done, lock).second) {
            return false;
        }
        std::uint32_t first_end = std::numeric_limits<std::uint32_t>::max();
        for (std::size_t i = 0; i < history_.size(); ++i) {
            if ((done >> i & 1) == 0) {
                first_end = std::min(first_end, history_[i].end);
            }
        }
        for (std::size_t i = 0; i < history_.size(); ++i) {
            FifoLock next = lock;
            if ((done >> i & 1) == 0 && history_[i].begin <= first_end && next.apply(history_[i]) &&
                goes_on(done | std::uint64_t{1} << i, next)) {
                return true;
            }
        }
        return false;
    }

    std::vector<LockOperation> history_;
    std::set<std::pair<std::uint64_t, FifoLock>> failed_;
};

}  // namespace interlock::test
