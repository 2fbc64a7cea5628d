#include "models/threads/search.hpp"

#include <bit>

namespace interlock::models {

namespace {

constexpr ThreadSet set_of(std::size_t thread) noexcept {
    return ThreadSet{1} << thread;
}

std::size_t lowest(ThreadSet threads) noexcept {
    return static_cast<std::size_t>(std::countr_zero(threads));
}

}  // namespace

std::size_t ThreadSearch::thread(
    ThreadSet ready, std::size_t last, const std::array<Access, threads_max>& next
) {
    const auto first_of = [&](ThreadSet threads) {
        return (threads & set_of(last)) != 0 ? last : lowest(threads);
    };
    if (is_redundant_) {
        return first_of(ready);
    }
    if (depth_ == path_.size()) {
        const ThreadSet awake = ready & ~asleep_;
        if (awake == 0) {
            is_redundant_ = true;
            return first_of(ready);
        }
        path_.push_back(
            {.is_of_thread = true,
             .taken = first_of(awake),
             .count = 0,
             .ready = ready,
             .asleep = asleep_,
             .tried = 0,
             .next = next}
        );
    }
    const Choice& choice = path_[depth_++];
    asleep_ = asleep_after(choice);
    return choice.taken;
}

// Those that need not go first either after the choice: what they begin has nothing to do with it.
ThreadSet ThreadSearch::asleep_after(const Choice& choice) {
    ThreadSet asleep = choice.asleep | choice.tried;
    for (ThreadSet left = asleep; left != 0; left &= left - 1) {
        const std::size_t thread = lowest(left);
        if (!are_independent(choice.next[thread], choice.next[choice.taken])) {
            asleep &= ~set_of(thread);
        }
    }
    return asleep;
}

std::size_t ThreadSearch::alternative(std::size_t count) {
    if (is_redundant_) {
        return 0;
    }
    if (depth_ == path_.size()) {
        path_.push_back({.is_of_thread = false, .taken = 0, .count = count});
    }
    return path_[depth_++].taken;
}

bool ThreadSearch::advance() {
    depth_ = 0;
    asleep_ = 0;
    is_redundant_ = false;
    while (!path_.empty()) {
        Choice& choice = path_.back();
        if (choice.is_of_thread) {
            choice.tried |= set_of(choice.taken);
            const ThreadSet left = choice.ready & ~choice.asleep & ~choice.tried;
            if (left != 0) {
                choice.taken = lowest(left);
                return true;
            }
        } else if (++choice.taken < choice.count) {
            return true;
        }
        path_.pop_back();
    }
    return false;
}

ThreadResult explore_threads(const MakeThreads& make, const ThreadOptions& options) {
    Machine machine(options.model);
    ThreadSearch search;
    ThreadResult result;
    do {
        const std::string problem = machine.run(make, search);
        ++(search.is_redundant() ? result.redundant : result.executions);
        if (!problem.empty()) {
            result.problem = problem + "\n" + text_of(machine.steps());
            return result;
        }
        if (result.executions + result.redundant == options.executions_max) {
            return result;
        }
    } while (search.advance());
    result.is_complete = true;
    return result;
}

}  // namespace interlock::models
