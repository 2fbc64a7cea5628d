// What is true at one moment of a trace: who holds, who waits, which starts count. Rebuilt from the
// events alone, so that it is independent of the system that made them.
#pragma once

#include "core/job/status.hpp"
#include "models/scenario/horizons.hpp"
#include "models/scenario/program.hpp"
#include "models/trace/state.hpp"
#include "models/trace/trace.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace interlock::properties {

// The life of a call, in the order in which a good one goes through it.
enum class Stage : std::uint8_t {
    unknown,  // never arrived
    arrived,
    queued,
    granted,  // waits no more, has not resumed
    admitted,
    refused,  // or cancelled while it waited
    started,
    finished,
};

struct CallState {
    std::uint16_t site = models::no_site;
    std::uint32_t parent = 0;
    models::TaskId task{};
    Stage stage = Stage::unknown;
    bool holds = false;
    bool is_cancelled = false;    // while it waited: it leaves the queue at its next turn
    bool is_over = false;         // its time: so it does, unless the lock is handed to it before
    Status how = Status::failed;  // of finished
    std::int64_t queued_ns = 0;
    std::int64_t started_ns = 0;
};

struct LockState {
    std::vector<std::uint32_t> holders;  // outermost first
    std::vector<std::uint32_t> waiting;  // longest first
};

class History {
  public:
    explicit History(const models::Program& program);

    void reset();
    void apply(const models::TraceEvent& event);

    // Number 0 and numbers that no event mentioned are calls of Stage::unknown.
    [[nodiscard]] const CallState& call(std::uint32_t number) const noexcept {
        return number < count_ ? calls_[number] : unknown_;
    }
    [[nodiscard]] std::size_t calls() const noexcept { return count_; }

    // Whether it is the last one that was made at its place.
    [[nodiscard]] bool is_latest(std::uint32_t number) const noexcept {
        return latest_[calls_[number].site] == number;
    }

    // The tasks with a call that is not over, or that wait for a mutex or a task.
    [[nodiscard]] models::TaskSet calling() const;
    // The innermost call of the task that is not over, or is to be made again; 0: none.
    [[nodiscard]] std::uint32_t open_call(models::TaskId task) const;
    // By task: how many of its calls are over for good, and how often its steps are.
    [[nodiscard]] const std::vector<std::uint32_t>& done() const noexcept { return done_; }

    // Null for no_lock.
    [[nodiscard]] const LockState* lock(std::uint16_t lock) const noexcept {
        return lock < locks_.size() ? &locks_[lock] : nullptr;
    }

    // Whether the call, which waits, has given up by then, and only has to say so.
    [[nodiscard]] bool has_given_up(std::uint32_t number, std::int64_t at_ns) const noexcept;

    // Whether `call` was made, however indirectly, by the body of `ancestor`.
    [[nodiscard]] bool descends(std::uint32_t call, std::uint32_t ancestor) const noexcept;

    // Whether the call that waits for `lock`, or would, can never have it: because a holder waits,
    // through any number of others, for a call that this one is part of.
    [[nodiscard]] bool waits_in_a_cycle(std::uint32_t call, std::uint16_t lock) const;

    // The tasks whose end `task` waits for.
    [[nodiscard]] models::TaskSet joins(models::TaskId task) const noexcept {
        return joins_[task.value];
    }

    // Whether a condition of the job of `site` does not hold.
    [[nodiscard]] bool lacks_a_condition(std::uint16_t site) const {
        return !conditions_.empty() && lacks_one(site);
    }

    // The starts that count against the throttle of `site`, in order of time.
    [[nodiscard]] const std::vector<std::int64_t>& starts(std::uint16_t site) const noexcept {
        return starts_[rules_[site].throttle];
    }

    // The policy of the job that is called at `site`.
    [[nodiscard]] const Policy& policy(std::uint16_t site) const noexcept {
        return *rules_[site].policy;
    }

    // Whether a call that its caller sees as `outcome`, and so as over, is over, and the same.
    [[nodiscard]] static bool has_come_to(const CallState& call, std::uint8_t outcome) noexcept;

    // States all that the properties ask of it later.
    void state(const models::Trace& so_far, models::State& state) const;

    [[nodiscard]] const models::Program& program() const noexcept { return program_; }

  private:
    [[nodiscard]] bool is_within(std::uint32_t call, std::uint32_t ancestor) const noexcept;
    // The tasks that calls within that one wait for.
    [[nodiscard]] models::TaskSet joined_within(std::uint32_t outer) const noexcept;

    // What is asked of a site at every event, found once.
    struct Rules {
        const Policy* policy;
        std::size_t throttle;  // index in starts_
    };

    void state_call(const CallState& call, models::State& state) const;
    void state_starts(models::State& state) const;
    void state_lock(std::uint16_t lock, models::State& state) const;
    [[nodiscard]] bool lacks_one(std::uint16_t site) const;
    void apply_to_tasks(const models::TraceEvent& event);
    [[nodiscard]] bool is_open(std::uint32_t number) const noexcept;
    void acquire(const models::TraceEvent& event);
    void leave(const models::TraceEvent& event);
    void count_start(std::uint16_t site, std::int64_t at_ns);

    const models::Program& program_;
    std::vector<Rules> rules_;  // by site
    models::Horizons horizons_;
    std::vector<CallState> calls_;  // by number; those from count_ on are of executions before
    std::size_t count_ = 0;
    std::vector<LockState> locks_;                   // by number
    std::vector<std::vector<std::int64_t>> starts_;  // of each job, then of each group
    std::vector<bool> conditions_;                   // by number
    std::vector<models::TaskSet> joins_;             // of each task: the tasks that it waits for
    std::vector<std::uint32_t> latest_;              // of each site: the last call made there
    std::vector<std::uint32_t> done_;                // by task
    models::TaskSet retrying_ = 0;                   // tasks that are to make a call again
    models::TaskSet wanting_ = 0;                    // tasks that want a mutex
    CallState unknown_;
};

}  // namespace interlock::properties
