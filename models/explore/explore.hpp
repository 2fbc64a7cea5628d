// Scenarios that are code: tasks that are functions, under every interleaving.
//
//     const auto explored = explore({}, [](CodeWorld& world) {
//         auto& account = world.make<Account>(world);
//         world.task("one", [&] { account.pay(10); });
//         world.task("other", [&] { account.pay(20); });
//         world.at_end([&] { world.expect(account.sum() == 30, "a payment is lost"); });
//     });
//
// A task gives others their turn where it suspends: in a wait of the core, in yield() and sleep(),
// and in the primitives of primitives.hpp. It runs on Boost.Fiber, on this thread alone. The
// function is called once for each execution, and has to do the same each time.
#pragma once

#include "core/policy/time.hpp"
#include "models/check.hpp"
#include "models/trace/guarantee.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace interlock::models {

// What the tasks share besides primitives, the core and what only one of them uses.
enum class Shared : std::uint8_t {
    anything,  // so any two turns may depend on each other: each interleaving is run
    // Nothing: no jobs of the core, and what else they share is used under a Mutex. Then `optimal`
    // runs one interleaving of each class of equivalent ones.
    primitives,
};

struct ExploreOptions {
    Strategy strategy = Strategy::optimal;
    Shared shared = Shared::anything;
    Budget budget = {};
    std::uint64_t seed = 1;  // of Strategy::random
    Faults faults = {};      // only cancellations: bodies that are code raise by themselves
    std::string schedule{};  // of an earlier result: run that one only
    std::uint32_t steps_max = 10'000;
};

// One execution, for the function that makes it and for its tasks.
class CodeWorld {
  public:
    CodeWorld(Scheduler& scheduler, std::set<std::string>& seen)
        : scheduler_(scheduler), seen_(seen) {}
    CodeWorld(const CodeWorld&) = delete;
    CodeWorld& operator=(const CodeWorld&) = delete;
    ~CodeWorld();

    // While the execution is made.

    // At most tasks_max of them.
    void task(std::string name, std::function<void()> body);
    // When all tasks have ended; not if some wait for ever, which is a problem by itself.
    void at_end(std::function<void()> check);
    // Lives as long as the execution. What was made first goes last.
    template <class T, class... Args>
    T& make(Args&&... args) {
        auto made = std::make_shared<T>(std::forward<Args>(args)...);
        T& result = *made;
        owned_.push_back(std::move(made));
        return result;
    }

    // In tasks. These throw Cancelled where the task is to stop; let it through.

    void yield();
    void sleep(Duration duration);
    [[nodiscard]] TimePoint now() const noexcept { return scheduler_.clock().now(); }
    // Requested when the running task is cancelled: for until() of a job.
    [[nodiscard]] const std::stop_token& stop_token() const noexcept {
        return scheduler_.stop_token();
    }
    // For registries: virtual time.
    [[nodiscard]] const VirtualClock& clock() const noexcept { return scheduler_.clock(); }

    // What must hold; the first that does not is the problem of the execution.
    void expect(bool holds, std::string_view what);
    // That something happens in some execution: all such words are in the result.
    void see(std::string_view what) { seen_.emplace(what); }
    // A line of the table that a problem is shown in.
    void note(std::string_view what);

    [[nodiscard]] Scheduler& scheduler() const noexcept { return scheduler_; }

    // For primitives: what the running turn did.
    [[nodiscard]] std::uint16_t new_thing() noexcept { return things_++; }
    [[nodiscard]] Footprint& footprint() noexcept { return footprint_; }

  private:
    friend class CodeExecution;

    struct CodeTask {
        std::string name;
        std::function<void()> body;
    };
    struct Note {
        std::uint32_t step = 0;
        TaskId task;
        std::string text;
    };

    Scheduler& scheduler_;
    std::set<std::string>& seen_;
    std::vector<CodeTask> tasks_;
    std::function<void()> at_end_;
    std::vector<std::shared_ptr<void>> owned_;
    std::string problem_;
    std::vector<Note> notes_;
    bool takes_notes_ = false;
    Footprint footprint_;
    std::uint16_t things_ = 0;
};

struct Exploration {
    Verdict verdict = Verdict::holds;
    std::string problem;   // of violated: what does not hold; of gave_up and broken: why
    std::string table;     // of violated: how it came about, turn by turn
    std::string schedule;  // of violated: ExploreOptions::schedule that shows it again
    std::uint32_t switches = 0;
    std::uint64_t executions = 0;
    std::uint64_t blocked = 0;
    std::set<std::string> seen;  // in any execution

    [[nodiscard]] bool holds() const noexcept { return verdict == Verdict::holds; }
};

// Verdict, problem and table, for people.
std::string text_of(const Exploration& exploration);
std::ostream& operator<<(std::ostream& out, const Exploration& exploration);

// On this thread, which must not have a Scheduler. Until the first problem, or to the end.
Exploration explore(const ExploreOptions& options, const std::function<void(CodeWorld&)>& scenario);

}  // namespace interlock::models
