// The Boost.Fiber side of the scheduler: decides which fiber runs whenever one suspends.
#pragma once

#include "models/scheduler/sanitizer.hpp"
#include "models/scheduler/scheduler.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/fiber/algo/algorithm.hpp>
#include <boost/fiber/context.hpp>
#include <boost/fiber/fiber.hpp>

namespace interlock::models {

// The exceptions that a thread, or a fiber, is handling.
struct Exceptions {
    void* caught = nullptr;
    unsigned int uncaught = 0;
};

// While an execution runs, only its task fibers take turns, and pick_next() makes the choice: one
// switch a step. Otherwise it is first come first served, for Boost's own contexts and for whatever
// else the thread does with fibers.
class FiberScheduler final : public boost::fibers::algo::algorithm, private ClockKeeper {
  public:
    explicit FiberScheduler(Scheduler::Options options) : options_(options) {}

    // boost::fibers::algo::algorithm
    void awakened(boost::fibers::context* fiber) noexcept override;
    boost::fibers::context* pick_next() noexcept override;
    [[nodiscard]] bool has_ready_fibers() const noexcept override { return !others_.empty(); }
    void suspend_until(const std::chrono::steady_clock::time_point& until) noexcept override;
    void notify() noexcept override;

    // Scheduler
    void run(World& world, const Plan& plan, Trace& trace);
    void end_workers();
    bool suspend(bool may_raise);
    void step() noexcept;
    bool sleep(Duration duration, bool may_raise);
    void wait();
    void wake(TaskId task) noexcept;
    void take(ModelMutex& mutex);
    [[nodiscard]] bool give_back(ModelMutex& mutex);
    void cancel(TaskId task);
    void start(TaskId task) noexcept;
    void adopt(TaskId task) noexcept;
    void run_adopted();
    void forget_stop();
    void state(State& state) const;

    [[nodiscard]] const Instant& instant() const noexcept { return instant_; }
    [[nodiscard]] const VirtualClock& clock() const noexcept { return clock_; }
    [[nodiscard]] const std::stop_token& stop_token() const noexcept {
        return tasks_[current_.value].token;
    }
    [[nodiscard]] bool is_stopped(TaskId task) const noexcept {
        return tasks_[task.value].stop.stop_requested();
    }
    [[nodiscard]] bool is_unfinished(TaskId task) const noexcept {
        return (unfinished_ & set_of(task)) != 0;
    }
    [[nodiscard]] bool is_stuck() const noexcept { return is_stuck_; }
    [[nodiscard]] bool is_unwinding() const noexcept { return mode_ == Mode::unwinding; }

  private:
    static constexpr TaskId nobody{0xff};

    enum class Mode : std::uint8_t { idle, launching, running, unwinding };

    struct Task {
        boost::fibers::fiber fiber;
        boost::fibers::context* own = nullptr;      // of `fiber`
        boost::fibers::context* context = nullptr;  // own, or one that was adopted
        std::stop_source stop;
        std::stop_token token = stop.get_token();
        Exceptions exceptions;
        std::unique_ptr<Stack> own_stack = std::make_unique<Stack>();
        Stack adopted_stack;
        std::uint64_t ready_since = 0;  // while it sleeps: since when it does
        TimePoint wakes_at{};
        Alarm* alarm = nullptr;  // that it has set, where time may pass at any moment
        bool is_woken = false;   // a wake() that no wait() has used yet
        // What it will find when it goes on may depend on why it does.
        bool is_ready_by_alarm = false;
        bool is_ready_to_stop = false;
    };

    void launch_workers(std::size_t count);
    void work(TaskId task) noexcept;
    void unwind();
    void give_turns() noexcept;
    boost::fibers::context* pick_task() noexcept;
    void choose() noexcept;
    void note_suspension_in_catch() noexcept;
    [[nodiscard]] TaskId oldest_of(TaskSet tasks) const noexcept;
    TaskId next_turn() noexcept;
    [[nodiscard]] static bool is_turn(const Choice& next) noexcept;
    void begin_turn(const Choice& next) noexcept;
    bool let_happen(const Choice& next) noexcept;
    [[nodiscard]] ChoicePoint what_is_possible() const noexcept;
    Choice choose_of(ChoicePoint& point) noexcept;
    [[nodiscard]] Choice by_tail(const ChoicePoint& point) noexcept;
    [[nodiscard]] TaskSet not_stopped() const noexcept;
    void cancel_by_fault(TaskId task) noexcept;
    bool takes_fault();
    void note_what_was_touched() noexcept;
    [[nodiscard]] TimePoint next_time() const noexcept;
    bool pass_time() noexcept;

    // Where time may pass at any moment.
    TimePoint look() noexcept override;
    void set_alarm(Alarm& alarm, TimePoint when) noexcept override;
    void clear_alarm(Alarm& alarm) noexcept override;
    [[nodiscard]] TaskSet choose_ahead(TaskSet possible) noexcept;
    void wake_up(TaskId task) noexcept;
    void ring(TaskId task) noexcept;
    void set_time(std::int64_t at_ns) noexcept;
    [[nodiscard]] bool is_untimely() noexcept;
    void make_ready(TaskId task) noexcept;
    void switch_away();
    [[nodiscard]] Stack& stack_of(TaskId task) noexcept {
        Task& at = tasks_[task.value];
        return at.context == at.own ? *at.own_stack : at.adopted_stack;
    }
    void run_task(TaskId task) noexcept;
    void free_adopted();
    void throw_if_stopped() const;

    Scheduler::Options options_;
    std::vector<Task> tasks_;  // the pool
    VirtualClock clock_{instant_};

    // The execution that runs.
    World* world_ = nullptr;
    Trace* trace_ = nullptr;
    Plan plan_;
    bool notes_turns_ = false;
    boost::fibers::context* main_ = nullptr;
    TaskSet ready_ = 0;
    TaskSet unfinished_ = 0;
    TaskSet begun_ = 0;
    TaskSet beginners_ = 0;
    TaskSet adopted_ = 0;
    TaskId expected_;          // who the next new fiber is; nobody if none is expected
    TaskSet may_raise_ = 0;    // where they are suspended
    TaskSet is_to_raise_ = 0;  // one at most: the one that goes on
    TaskSet sleeping_ = 0;
    TaskSet woken_ = 0;            // by the turn
    TaskSet cancelled_ = 0;        // by the turn
    std::uint32_t looks_ = 0;      // at the clock, in the turn
    bool is_timed_ = false;        // the turn, by a look, a sleep's beginning or its end
    TaskSet waiting_ = 0;          // in wait(), or for a mutex that is held
    TaskSet at_mutex_ = 0;         // in take(): ready or not, who is to stop stops
    TaskId current_;               // whose fiber runs, or ran last
    Instant instant_;              // for whoever records
    TaskId next_;                  // what choose() found
    bool is_chosen_ = false;       // next_ is yet to be switched to
    bool is_step_ = false;         // it may handle an exception meanwhile
    bool is_main_running_ = true;  // between executions, and at their ends
    Exceptions main_exceptions_;
    Stack main_stack_;
    StackSwitches stack_switches_;
    Exceptions* exceptions_ = nullptr;  // the thread's own, for the fiber that runs
    std::uint64_t became_ready_ = 0;
    Mode mode_ = Mode::idle;
    bool quits_ = false;
    bool is_ringing_ = false;
    bool is_stuck_ = false;  // a task could not be unwound, and still uses all of this

    // Everything else that runs on this thread, first come first served.
    std::deque<boost::fibers::context*> others_;
    std::mutex mutex_;
    std::condition_variable notified_;
    bool is_notified_ = false;  // guarded by mutex_
};

}  // namespace interlock::models
