#include "models/scheduler/fiber_scheduler.hpp"

#include "core/assert.hpp"
#include "core/job/errors.hpp"
#include "models/scheduler/stacks.hpp"
#include "models/time/timekeeper.hpp"

#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>

namespace interlock::models {

namespace {

// What the C++ runtime keeps per thread and Boost.Fiber does not switch: the exceptions being
// handled. The layout is fixed by the Itanium C++ ABI.
Exceptions* exceptions_of_thread() noexcept {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the declared type is opaque.
    return reinterpret_cast<Exceptions*>(abi::__cxa_get_globals());
}

}  // namespace

void FiberScheduler::awakened(boost::fibers::context* fiber) noexcept {
    if (mode_ == Mode::launching && fiber->is_context(boost::fibers::type::worker_context)) {
        tasks_.back().own = fiber;
        return;
    }
    if (mode_ == Mode::running || mode_ == Mode::unwinding) {
        for (std::size_t i = 0; i < tasks_.size(); ++i) {
            if (tasks_[i].context == fiber) {
                make_ready(TaskId{static_cast<std::uint8_t>(i)});
                woken_ |= TaskSet{1} << i;
                return;
            }
        }
        if (expected_ != nobody && fiber->is_context(boost::fibers::type::worker_context)) {
            tasks_[expected_.value].context = fiber;
            tasks_[expected_.value].adopted_stack = default_stack_under(fiber);
            unfinished_ |= set_of(expected_);
            make_ready(expected_);
            expected_ = nobody;
            return;
        }
    }
    others_.push_back(fiber);
}

boost::fibers::context* FiberScheduler::pick_next() noexcept {
    if (mode_ == Mode::running || mode_ == Mode::unwinding) {
        return pick_task();
    }
    if (others_.empty()) {
        return nullptr;
    }
    boost::fibers::context* const next = others_.front();
    others_.pop_front();
    return next;
}

// The fiber of the task whose turn is next, or main when the execution is over.
boost::fibers::context* FiberScheduler::pick_task() noexcept {
    if (!is_chosen_) {
        choose();
    }
    is_chosen_ = false;
    const bool goes_to_main = next_ == nobody;
    const bool is_same = !is_main_running_ && next_ == current_;
    (is_main_running_ ? main_exceptions_ : tasks_[current_.value].exceptions) = *exceptions_;
    Stack& left = is_main_running_ ? main_stack_ : stack_of(current_);
    if (goes_to_main || is_same) {
        is_chosen_ = is_same;  // a fiber cannot resume itself: main does, in give_turns()
        is_main_running_ = true;
        stack_switches_.announce(left, main_stack_);
        *exceptions_ = main_exceptions_;
        return main_;
    }
    const Task& next = tasks_[next_.value];
    is_main_running_ = false;
    current_ = next_;
    instant_.task = next_;
    *exceptions_ = next.exceptions;
    stack_switches_.announce(left, stack_of(next_));
    return next.context;
}

void FiberScheduler::suspend_until(const std::chrono::steady_clock::time_point& until) noexcept {
    if (is_stuck_) {
        // The thread ends, and Boost would wait for the fibers that never will.
        std::fputs("a task could not be unwound; the process cannot end in order\n", stderr);
        std::abort();
    }
    std::unique_lock lock(mutex_);
    if (until == std::chrono::steady_clock::time_point::max()) {
        notified_.wait(lock, [&] { return is_notified_; });
    } else {
        notified_.wait_until(lock, until, [&] { return is_notified_; });
    }
    is_notified_ = false;
}

void FiberScheduler::notify() noexcept {
    {
        std::lock_guard const lock(mutex_);
        is_notified_ = true;
    }
    notified_.notify_all();
}

void FiberScheduler::run(World& world, const Plan& plan, Trace& trace) {
    std::size_t const count = world.task_count();
    INTERLOCK_ASSERT(count <= tasks_max);
    launch_workers(count);
    trace.clear();
    trace.faults = plan.faults;
    world_ = &world;
    trace_ = &trace;
    plan_ = plan;
    notes_turns_ = plan.guide != nullptr && plan.guide->reads_turns();
    main_ = boost::fibers::context::active();
    exceptions_ = exceptions_of_thread();
    clock_.reset(plan.timing != nullptr ? this : nullptr);
    if (plan.timing != nullptr) {
        plan.timing->begin(trace);
    }
    instant_ = {};
    beginners_ = (TaskSet{1} << world.beginners()) - 1;
    unfinished_ = beginners_;
    adopted_ = 0;
    expected_ = nobody;
    ready_ = 0;
    begun_ = 0;
    may_raise_ = 0;
    is_to_raise_ = 0;
    sleeping_ = 0;
    waiting_ = 0;
    at_mutex_ = 0;
    woken_ = 0;
    cancelled_ = 0;
    looks_ = 0;
    is_timed_ = false;
    current_ = nobody;
    is_chosen_ = false;
    became_ready_ = 0;
    for (std::size_t i = 0; i < count; ++i) {
        Task& task = tasks_[i];
        if (task.stop.stop_requested()) {
            task.stop = {};
            task.token = task.stop.get_token();
        }
        task.is_woken = false;
        task.alarm = nullptr;
        task.context = task.own;
        if (i < world.beginners()) {
            make_ready(TaskId{static_cast<std::uint8_t>(i)});
        }
    }
    world.begin(trace);
    mode_ = Mode::running;
    choose();
    is_chosen_ = next_ != nobody;
    if (is_chosen_) {
        give_turns();
    }
    if (plan.timing != nullptr) {
        trace.times = plan.timing->times();
    }
    if (trace.ending == Ending::finished && trace.choices.size() < plan.prefix.size()) {
        trace.ending = Ending::diverged;
    }
    // A fiber that was adopted has to run to its end, even if it has not begun.
    unfinished_ &= begun_ | adopted_;
    ready_ &= begun_ | adopted_;
    trace.unfinished = unfinished_;
    world.end();
    unwind();
    mode_ = Mode::idle;
    world.discard();
    if (adopted_ != 0) {
        free_adopted();
    }
    if (!options_.pooled && unfinished_ == 0) {
        end_workers();
    }
}

void FiberScheduler::give_turns() noexcept {
    do {
        main_->suspend();
    } while (is_chosen_);
    stack_switches_.arrived();
}

void FiberScheduler::unwind() {
    mode_ = Mode::unwinding;
    for (TaskSet left = unfinished_; left != 0; left &= left - 1) {
        const TaskId task = lowest(left);
        if (((sleeping_ | waiting_) & set_of(task)) != 0) {
            make_ready(task);
        }
        tasks_[task.value].stop.request_stop();
    }
    if (ready_ != 0) {
        give_turns();
    }
    if (unfinished_ != 0) {
        trace_->ending = Ending::stuck;
        is_stuck_ = true;
    }
}

// Boost's dispatcher frees the fibers that have ended; it has to have a turn for that.
void FiberScheduler::free_adopted() {
    if (unfinished_ == 0) {
        main_->yield();
    }
}

void FiberScheduler::launch_workers(std::size_t count) {
    mode_ = Mode::launching;
    while (tasks_.size() < count) {
        const TaskId task{static_cast<std::uint8_t>(tasks_.size())};
        tasks_.emplace_back();  // awakened() fills in its own context
        tasks_.back().fiber = boost::fibers::fiber(
            boost::fibers::launch::post,
            std::allocator_arg,
            Stacks(options_.stack_bytes, *tasks_.back().own_stack),
            [this, task] { work(task); }
        );
    }
    mode_ = Mode::idle;
}

void FiberScheduler::end_workers() {
    if (is_stuck_) {
        for (Task& task : tasks_) {
            task.fiber.detach();
        }
        return;
    }
    quits_ = true;
    for (Task& task : tasks_) {
        others_.push_back(task.own);
    }
    for (Task& task : tasks_) {
        task.fiber.join();
    }
    tasks_.clear();
    quits_ = false;
}

void FiberScheduler::work(TaskId task) noexcept {
    while (!quits_) {
        run_task(task);
        tasks_[task.value].own->suspend();
    }
}

void FiberScheduler::run_task(TaskId task) noexcept {
    begun_ |= set_of(task);
    const bool begins = !is_stopped(task) || (beginners_ & set_of(task)) == 0;
    if (begins) {
        world_->run(task);
    }
    unfinished_ &= ~set_of(task);
}

void FiberScheduler::make_ready(TaskId task) noexcept {
    ready_ |= set_of(task);
    sleeping_ &= ~set_of(task);
    waiting_ &= ~set_of(task);
    Task& at = tasks_[task.value];
    at.ready_since = ++became_ready_;
    at.is_ready_by_alarm = is_ringing_;
    at.is_ready_to_stop = at.stop.stop_requested();
}

// The running task is ready or waits; whoever is next goes on. Being chosen again costs no switch.
void FiberScheduler::switch_away() {
    if (mode_ == Mode::running) {
        choose();
        if (next_ == current_) {
            return;
        }
        is_chosen_ = true;
    }
    tasks_[current_.value].context->suspend();
}

bool FiberScheduler::suspend(bool may_raise) {
    may_raise_ |= may_raise ? set_of(current_) : 0;
    make_ready(current_);
    switch_away();
    return takes_fault();
}

void FiberScheduler::step() noexcept {
    make_ready(current_);
    is_step_ = true;
    switch_away();
}

// What a task does first after a suspension at which it may raise.
bool FiberScheduler::takes_fault() {
    const bool raises = (is_to_raise_ & set_of(current_)) != 0;
    may_raise_ &= ~set_of(current_);
    is_to_raise_ = 0;
    throw_if_stopped();
    return raises;
}

bool FiberScheduler::sleep(Duration duration, bool may_raise) {
    may_raise_ |= may_raise ? set_of(current_) : 0;
    if (is_stopped(current_)) {
        make_ready(current_);
    } else {
        sleeping_ |= set_of(current_);
        tasks_[current_.value].wakes_at = clock_.time() + duration;
        if (plan_.timing != nullptr) {
            plan_.timing->sleep(current_, duration.count());
            is_timed_ = true;
        }
        tasks_[current_.value].ready_since = ++became_ready_;
    }
    switch_away();
    return takes_fault();
}

void FiberScheduler::wait() {
    Task& task = tasks_[current_.value];
    if (!task.is_woken) {
        if (is_stopped(current_)) {
            make_ready(current_);
        } else {
            waiting_ |= set_of(current_);
        }
        switch_away();
    }
    task.is_woken = false;
    throw_if_stopped();
}

void FiberScheduler::wake(TaskId task) noexcept {
    woken_ |= set_of(task);
    if ((waiting_ & set_of(task)) != 0) {
        make_ready(task);
    } else {
        tasks_[task.value].is_woken = true;
    }
}

void FiberScheduler::take(ModelMutex& mutex) {
    if (mutex.is_held && !is_stopped(current_)) {
        waiting_ |= set_of(current_);
    } else {
        make_ready(current_);
    }
    mutex.wanted_by |= set_of(current_);
    at_mutex_ |= set_of(current_);
    switch_away();
    at_mutex_ &= ~set_of(current_);
    mutex.wanted_by &= ~set_of(current_);
    throw_if_stopped();
    mutex.is_held = true;
    for (TaskSet left = mutex.wanted_by & ready_; left != 0; left &= left - 1) {
        if (!is_stopped(lowest(left))) {
            ready_ &= ~set_of(lowest(left));
            waiting_ |= set_of(lowest(left));
        }
    }
}

bool FiberScheduler::give_back(ModelMutex& mutex) {
    make_ready(current_);
    switch_away();
    mutex.is_held = false;
    for (TaskSet left = mutex.wanted_by; left != 0; left &= left - 1) {
        make_ready(lowest(left));
    }
    return !is_stopped(current_);
}

void FiberScheduler::cancel(TaskId task) {
    const TaskSet bit = set_of(task);
    cancelled_ |= bit;
    if ((unfinished_ & bit) == 0) {
        return;
    }
    if (((sleeping_ | waiting_) & bit) != 0) {
        make_ready(task);
    }
    tasks_[task.value].stop.request_stop();
}

void FiberScheduler::start(TaskId task) noexcept {
    INTERLOCK_ASSERT(((beginners_ | begun_ | unfinished_) & set_of(task)) == 0);
    unfinished_ |= set_of(task);
    make_ready(task);
}

void FiberScheduler::adopt(TaskId task) noexcept {
    INTERLOCK_ASSERT(((beginners_ | begun_ | unfinished_) & set_of(task)) == 0);
    adopted_ |= set_of(task);
    expected_ = task;
}

void FiberScheduler::run_adopted() {
    run_task(current_);
}

void FiberScheduler::forget_stop() {
    Task& task = tasks_[current_.value];
    if (mode_ == Mode::running && task.stop.stop_requested()) {
        task.stop = {};
        task.token = task.stop.get_token();
    }
}

void FiberScheduler::state(State& state) const {
    state.begin(world_->task_count(), instant_.at_ns);
    const auto since = [&](TimePoint when) {
        return static_cast<std::uint64_t>((when - clock_.now()).count());
    };
    for (std::size_t i = 0; i < world_->task_count(); ++i) {
        const TaskId task{static_cast<std::uint8_t>(i)};
        const Task& at = tasks_[i];
        if (!is_unfinished(task)) {
            state.add(task, Part::turn, (begun_ & set_of(task)) != 0 ? 1 : 0);
            continue;
        }
        const bool is_ready = (ready_ & set_of(task)) != 0;
        const auto bits = {
            true,  // it is not over
            (begun_ & set_of(task)) != 0,
            is_ready,
            (sleeping_ & set_of(task)) != 0,
            (waiting_ & set_of(task)) != 0,
            at.is_woken,
            is_ready && at.is_ready_by_alarm,
            is_ready && at.is_ready_to_stop && (at_mutex_ & set_of(task)) == 0,
        };
        std::uint64_t turn = 0;
        for (const bool bit : bits) {
            turn = 2 * turn + (bit ? 1 : 0);
        }
        state.add(task, Part::turn, turn);
        if (is_stopped(task)) {
            state.add(task, Part::stop, 0);
        }
        if ((sleeping_ & set_of(task)) != 0) {
            state.add(task, Part::time, 0, since(at.wakes_at));
        }
    }
    clock_.for_each_alarm([&](TaskId task, TimePoint when) {
        state.add(task, Part::time, 1, since(when));
    });
    state.add(Part::fault, plan_.faults.raise, plan_.faults.cancel);
}

void FiberScheduler::throw_if_stopped() const {
    if (is_stopped(current_)) {
        throw Cancelled();
    }
}

}  // namespace interlock::models
