// Where time may pass in an execution, and by how much: all that the clock may say, in a finite
// number of ways.
#pragma once

#include "core/policy/fingerprint.hpp"
#include "models/time/bounds.hpp"
#include "models/time/rules.hpp"
#include "models/time/timekeeper.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace interlock::models {

// Follows one execution at a time. Every look at the clock, every end of a sleep and every alarm is
// a moment, with a time of its own that is at least that of the one before. What matters of a look
// is how many marks are still ahead of it: of a throttle, a period after each start that it counts;
// of a wait, its timeout after it was begun. So a look has a few outcomes, each of which stands for
// all times in between; which of them are possible is known exactly (TimeBounds).
//
// The core has to be told some time. It is one that has the outcome: just before the next mark, or
// where none is ahead, as soon as can be; so what is off by a nanosecond shows. A later outcome may
// need other times than those that were told before. Then the execution is_stale(): to be cut, and
// run again.
class Timing final : public Timekeeper {
  public:
    explicit Timing(TimeRules rules) : rules_(std::move(rules)) {}

    // Another execution, or the stale one again.
    void begin(const Trace& trace) override;

    // So are its times: the outcomes follow from them, and nothing is chosen.
    void follow(std::vector<std::int64_t> times);

    // How many marks may be ahead of a look.
    [[nodiscard]] std::uint64_t ahead(TaskId task) override;
    std::int64_t look(unsigned int ahead) override;

    void sleep(TaskId task, std::int64_t for_ns) noexcept override;
    [[nodiscard]] TaskSet may_wake(TaskSet sleeping) override;
    std::int64_t wake(TaskId task) override;

    // Nothing happens later than an alarm should ring before it has rung.
    void set_alarm(TaskId task, std::int64_t at_ns) noexcept override;
    void clear_alarm(TaskId task) noexcept override;
    [[nodiscard]] TaskSet may_ring() override;
    std::int64_t ring(TaskId task) override;

    [[nodiscard]] const std::vector<std::int64_t>& times() const noexcept override {
        return times_;
    }

    [[nodiscard]] bool is_stale() const noexcept override { return is_stale_; }

    // Whether an execution that was to have the times that were given went another way: one that
    // was stale then depends on the time in ways that are not known here.
    [[nodiscard]] bool has_strayed() const noexcept override { return has_strayed_; }

  private:
    static constexpr TimeId no_time = 0xffff'ffff;

    // What is known of a task.
    struct Task {
        std::uint16_t site = no_site;    // of the call that it makes
        bool is_in = false;              // that call has its lock, or needs none
        TimeId began_to_wait = no_time;  // that call
        Mark wakes{};
        Mark alarm{};
    };

    // Of a moment, as far as the next run of a stale execution must have it as well.
    struct Moment {
        TaskId task;
        std::uint64_t events = 0;  // fingerprint of what was before
        bool is_before_a_mark = false;
        friend bool operator==(const Moment&, const Moment&) = default;
    };

    [[nodiscard]] TimeId last() const noexcept { return static_cast<TimeId>(times_.size() - 1); }
    [[nodiscard]] std::int64_t now() const noexcept { return times_.back(); }

    void read();
    void set_marks(const Task& task);
    [[nodiscard]] bool may_be_ahead(const Mark& mark) const noexcept;
    void bound(unsigned int ahead);
    void bound_waking(TaskId task);
    void bound_ringing(TaskId task);
    void bound_by_alarms();
    std::int64_t add(TaskId task, bool is_before_a_mark);

    TimeRules rules_;
    const Trace* trace_ = nullptr;
    TimeBounds bounds_;
    std::array<Task, tasks_max + 2> tasks_{};
    TaskSet alarms_ = 0;                       // whose are set
    std::vector<std::vector<TimeId>> starts_;  // of each throttle, in turn
    std::vector<Moment> moments_{1};           // after the beginning
    std::vector<std::int64_t> times_{0};       // of them
    std::size_t events_ = 0;                   // that were read
    Fingerprint print_;                        // of them

    // Of the look that is being taken, or the moment that is being added.
    TaskId looking_{};
    std::vector<Mark> marks_;  // in turn
    std::vector<Mark> not_before_;
    std::vector<Mark> not_after_;

    // Of the execution that is run again, or that is followed.
    std::vector<std::int64_t> told_;
    std::vector<Moment> expected_;
    bool follows_ = false;
    bool is_stale_ = false;
    bool has_strayed_ = false;
};

}  // namespace interlock::models
