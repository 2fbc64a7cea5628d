#include "models/scheduler/scheduler.hpp"

#include "models/scheduler/fiber_scheduler.hpp"

#include <boost/fiber/algo/round_robin.hpp>
#include <boost/fiber/scheduler.hpp>

namespace interlock::models {

namespace {

void set_algorithm(boost::fibers::algo::algorithm* algorithm) {
    boost::fibers::context::active()->get_scheduler()->set_algo(
        boost::fibers::algo::algorithm::ptr_t(algorithm)
    );
}

}  // namespace

Scheduler::Scheduler() : Scheduler(Options{}) {}

Scheduler::Scheduler(Options options) : fibers_(new FiberScheduler(options)) {
    intrusive_ptr_add_ref(fibers_);
    set_algorithm(fibers_);
}

Scheduler::~Scheduler() {
    fibers_->end_workers();
    if (fibers_->is_stuck()) {
        return;
    }
    // NOLINTNEXTLINE(bugprone-unhandled-exception-at-new): without memory the thread cannot go on.
    set_algorithm(new boost::fibers::algo::round_robin);
    intrusive_ptr_release(fibers_);
}

void Scheduler::run(World& world, const Plan& plan, Trace& trace) {
    fibers_->run(world, plan, trace);
}

bool Scheduler::suspend(bool may_raise) {
    return fibers_->suspend(may_raise);
}

void Scheduler::step() noexcept {
    fibers_->step();
}

bool Scheduler::sleep(Duration duration, bool may_raise) {
    return fibers_->sleep(duration, may_raise);
}

void Scheduler::wait() {
    fibers_->wait();
}

void Scheduler::wake(TaskId task) {
    fibers_->wake(task);
}

void Scheduler::take(ModelMutex& mutex) {
    fibers_->take(mutex);
}

bool Scheduler::give_back(ModelMutex& mutex) {
    return fibers_->give_back(mutex);
}

void Scheduler::cancel(TaskId task) {
    fibers_->cancel(task);
}

void Scheduler::start(TaskId task) {
    fibers_->start(task);
}

void Scheduler::adopt(TaskId task) {
    fibers_->adopt(task);
}

void Scheduler::run_adopted() {
    fibers_->run_adopted();
}

void Scheduler::forget_stop() {
    fibers_->forget_stop();
}

bool Scheduler::is_stopped(TaskId task) const noexcept {
    return fibers_->is_stopped(task);
}

bool Scheduler::is_unfinished(TaskId task) const noexcept {
    return fibers_->is_unfinished(task);
}

const Instant& Scheduler::instant() const noexcept {
    return fibers_->instant();
}

const VirtualClock& Scheduler::clock() const noexcept {
    return fibers_->clock();
}

const std::stop_token& Scheduler::stop_token() const noexcept {
    return fibers_->stop_token();
}

bool Scheduler::is_stuck() const noexcept {
    return fibers_->is_stuck();
}

void Scheduler::state(State& state) const {
    fibers_->state(state);
}

bool Scheduler::is_unwinding() const noexcept {
    return fibers_->is_unwinding();
}

}  // namespace interlock::models
