// Where time may pass in an execution, if turns that do not depend on each other have nothing to do
// with each other's times.
#pragma once

#include "models/time/bounds.hpp"
#include "models/time/rules.hpp"
#include "models/time/timekeeper.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace interlock::models {

// Times are ordered along happens-before only: those of a turn lie at or after those of each turn
// that it depends on. A look at the clock may come out in each way that agrees with what happened
// before it, whatever else there was; so turns that are independent stay so, and optimal reduction
// applies (local-time semantics: Bengtsson, Jonsson, Lilius and Yi, CONCUR 1998). All that came out
// may be impossible together: then the execution is none, and timed() has nothing.
//
// The core is told numbers that come out as was chosen, each on the scale of its throttle alone. An
// execution that is possible is run again with its times.
//
// Turns must be recorded, and problem_of() must find nothing in the rules.
class LocalTiming final : public Timekeeper {
  public:
    // What of these rules is not covered; empty if all is. The end of a wait is one moment for
    // everybody. Starts that count later than they were are in no order; and on the scale of a
    // throttle there is one period.
    static std::string_view problem_of(const TimeRules& rules) noexcept;

    explicit LocalTiming(TimeRules rules) : rules_(std::move(rules)) {}

    void begin(const Trace& trace) override;

    [[nodiscard]] std::uint64_t ahead(TaskId task) override;
    std::int64_t look(unsigned int ahead) override;

    void sleep(TaskId task, std::int64_t for_ns) noexcept override;
    [[nodiscard]] TaskSet may_wake(TaskSet sleeping) override { return sleeping; }
    std::int64_t wake(TaskId task) override;

    void set_alarm(TaskId /*task*/, std::int64_t /*at_ns*/) noexcept override;
    void clear_alarm(TaskId /*task*/) noexcept override {}
    [[nodiscard]] TaskSet may_ring() override { return 0; }
    std::int64_t ring(TaskId /*task*/) override { return told_.back(); }

    [[nodiscard]] const std::vector<std::int64_t>& times() const noexcept override { return told_; }
    [[nodiscard]] bool has_strayed() const noexcept override { return !problem_.empty(); }

    // Why the execution cannot go on.
    [[nodiscard]] std::string_view problem() const noexcept { return problem_; }

    // At the end of an execution: its turns in an order in which their times do not fall, and the
    // times of the moments that Timing then has.
    struct Timed {
        std::vector<Choice> turns;
        std::vector<std::int64_t> times;
    };
    [[nodiscard]] std::optional<Timed> timed();

  private:
    // The moments of an execution by number, which the marks refer to; 0 is the beginning.
    struct Moment {
        std::size_t turn = 0;
        bool is_look = false;
        std::vector<Mark> not_before{};
        std::vector<Mark> not_after{};
    };
    // What is known of a turn.
    struct Turned {
        std::vector<bool> past;  // which turns happened before
        TimeId first = 0;        // of its moments: of its looks, if it has some; 0: it has none
        TimeId last = 0;
        bool has_woken = false;
    };
    struct Start {
        TimeId moment = 0;
        std::int64_t told_ns = 0;
    };
    // What is known of a task.
    struct Task {
        std::uint16_t site = no_site;  // of the call that it makes
        bool is_in = false;            // that call has its lock, or needs none
        Mark wakes{};
    };

    [[nodiscard]] std::size_t turn() const noexcept { return trace_->turns.size() - 1; }
    Turned& this_turn();
    void read();
    void learn_pasts(std::size_t count);
    void add_to(std::vector<bool>& past, std::size_t turn) const;
    void learn_past_of_look(TaskId task);
    [[nodiscard]] bool bound_past(const std::vector<bool>* past);
    [[nodiscard]] std::vector<Mark> after_past_of(std::size_t of, TimeId number) const;
    [[nodiscard]] std::pair<std::vector<Mark>, std::vector<Mark>> marks_of(unsigned int ahead
    ) const;
    [[nodiscard]] std::int64_t number_for(unsigned int ahead);
    TimeId add(Moment moment, std::int64_t told_ns);

    TimeRules rules_;
    const Trace* trace_ = nullptr;
    std::size_t events_ = 0;     // that were read
    std::vector<Turned> turns_;  // the last one may be going on
    std::size_t known_ = 0;      // of so many the past is known
    std::vector<Moment> moments_;
    std::vector<std::int64_t> told_{0};       // of them
    std::vector<std::vector<Start>> starts_;  // of each throttle, in turn
    std::array<Task, tasks_max + 2> tasks_{};

    // The look that is being taken, and what is known of the times before it.
    std::uint16_t throttle_ = no_throttle;
    std::int64_t period_ns_ = 0;
    std::vector<Start> marks_;  // a period after each of these
    bool is_asked_ = false;     // whether it matters how many are ahead
    TimeBounds bounds_;
    std::vector<TimeId> ids_;  // in the bounds, of each moment
    std::uint32_t open_ = 0;   // looks in the turn that could have come out in several ways
    std::string_view problem_;
};

}  // namespace interlock::models
