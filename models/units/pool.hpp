// What is left of a search, shared among workers: they borrow a part, explore it, and give back
// what came of it and what is left of it. Whoever finds the pool empty makes the others give back.
#pragma once

#include "models/units/frontier.hpp"
#include "models/units/merge.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace interlock::models {

// All of it may be called by any thread.
class Pool {
  public:
    struct Loan {
        Subtree subtree;
        std::uint64_t executions = 0;  // so many may be run
    };

    // `workers` share what is left after `before`, to run `executions` with those that it has.
    Pool(
        Result before,
        std::uint64_t executions,
        std::size_t workers,
        Dependence depend = &models::depend
    );

    // Waits until there is something to do; nothing: it is over.
    std::optional<Loan> borrow();

    // The same at once, for whoever cannot wait: nothing now. The largest part that there is, as it
    // is far to go. The caller keeps `waits`, which is false at first.
    std::optional<Loan> borrow_now(bool& waits);

    // What came of a loan. A part that found enough ends the search, and so does one that was not
    // explored to its end and has no rest: an execution of it ended badly, as its `why` says.
    void give_back(const Loan& loan, Result&& part);

    // Set while somebody waits for work or for what came of it, and when it is over.
    [[nodiscard]] const std::atomic<bool>& is_wanted_back() const noexcept {
        return is_wanted_back_;
    }

    // Ends the search before its end, because of `why`.
    void end(std::string why);

    // Until it is over and nothing is lent, or `time` has passed: true if it is over.
    bool wait_for(std::chrono::microseconds time);

    // Makes everybody give back for a moment: what came of it so far, with all that is left.
    // `meanwhile`, if there is one, is called until they have.
    [[nodiscard]] Result so_far(const std::function<void()>& meanwhile = {});

    // When it is over: the result, with a verdict and what is left.
    Result take_result();

    // Whether an execution ended badly, so that nothing can go on from the result.
    [[nodiscard]] bool is_spoiled() const noexcept { return is_spoiled_; }

  private:
    [[nodiscard]] bool is_over() const noexcept {
        return lent_ == 0 && (has_ended_ || left_.is_empty() || executions_ == 0);
    }
    [[nodiscard]] bool can_lend() const noexcept {
        return !has_ended_ && !is_paused_ && !left_.is_empty() && executions_ > 0;
    }
    Loan lend(Subtree&& part);
    void note_change();

    std::size_t const workers_;
    std::uint64_t const executions_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> is_wanted_back_ = false;
    // Guarded by mutex_.
    Frontier left_;
    std::uint64_t executions_;  // that are not promised to anybody
    std::size_t lent_ = 0;
    std::size_t waiting_ = 0;
    bool is_paused_ = false;  // nothing is lent
    bool has_ended_ = false;
    bool is_spoiled_ = false;
    Result result_;
};

}  // namespace interlock::models
