// Every way in which a few threads may go, but for those that differ only in the order of accesses
// that have nothing to do with each other.
#pragma once

#include "models/threads/machine.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace interlock::models {

// Depth first, with sleep sets: of executions that are the same but for the order of independent
// accesses, one is run to its end as an execution of its own, and all others are redundant.
class ThreadSearch final : public Decider {
  public:
    std::size_t thread(
        ThreadSet ready, std::size_t last, const std::array<Access, threads_max>& next
    ) override;
    std::size_t alternative(std::size_t count) override;

    // After an execution: on to the next. False: there is none.
    bool advance();

    // Whether the execution turned out to be one that was run before; then it may go any way.
    [[nodiscard]] bool is_redundant() const noexcept { return is_redundant_; }

  private:
    struct Choice {
        bool is_of_thread = false;
        std::size_t taken = 0;
        std::size_t count = 0;  // of alternatives
        // Of threads:
        ThreadSet ready = 0;
        ThreadSet asleep = 0;  // to be left out: what they begin was run before
        ThreadSet tried = 0;
        std::array<Access, threads_max> next{};
    };

    [[nodiscard]] static ThreadSet asleep_after(const Choice& choice);

    std::vector<Choice> path_;
    std::size_t depth_ = 0;
    ThreadSet asleep_ = 0;
    bool is_redundant_ = false;
};

struct ThreadOptions {
    Model model = Model::weak;
    std::uint64_t executions_max = 50'000'000;
};

struct ThreadResult {
    std::uint64_t executions = 0;  // apart from redundant ones
    std::uint64_t redundant = 0;
    bool is_complete = false;
    std::string problem;  // of the first execution that has one, and how it went; empty: none has
};

using MakeThreads = std::function<std::unique_ptr<ThreadWorld>()>;

// Ends at the first execution that something is wrong with.
ThreadResult explore_threads(const MakeThreads& make, const ThreadOptions& options = {});

}  // namespace interlock::models
