// What the revisions of the reference decorator share: the skeleton of a call, its conditions,
// locks and throttles, and the steps that only asyncio and the job manager know. A revision says
// how a call goes from the lock to the body and back.
#pragma once

#include "core/job/errors.hpp"
#include "models/revisions/asyncio_tasks.hpp"
#include "models/revisions/job_group.hpp"
#include "models/scenario/recorder.hpp"

#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace interlock::models {

class Reference : public System {
  public:
    // How the revisions differ apart from the way of a call.
    struct Traits {
        bool has_lock = false;  // of a decorator: asyncio.Lock, where others have a Semaphore
        JobManager::Options jobs{};
        bool says_limit = false;  // its messages are those of the limit option
    };

    // What a decorator keeps over calls.
    struct Decorator {
        std::variant<AsyncioSemaphore, AsyncioLock> lock;
        std::uint32_t last_taker = 0;  // the call that took the lock last
        // By the name of the group, no_group outside of groups: never shared between jobs.
        std::map<std::uint16_t, TimePoint> last_call{};
        std::map<std::uint16_t, std::vector<TimePoint>> calls{};

        [[nodiscard]] bool is_locked() const {
            return std::visit([](const auto& one) { return one.is_locked(); }, lock);
        }
    };

    Reference(
        const Program& program,
        Recorder& recorder,
        BodyRunner& runner,
        Listener* listener,
        const Traits& traits
    );

    void begin() override;
    CallResult call(std::uint16_t site) override;
    void run(const Operation& operation) override;
    void cancel(TaskId task) override;
    void end_child(TaskId task, std::exception_ptr error) noexcept override;
    void state(State& state) const override;
    void report_end() override;
    void discard() noexcept override;

    // For a listener, at the end.
    [[nodiscard]] const std::deque<Decorator>& decorators() const noexcept { return decorators_; }
    [[nodiscard]] const std::deque<JobGroup>& groups() const noexcept { return groups_; }
    [[nodiscard]] const std::vector<SupervisorJob>& jobs() const noexcept { return jobs_.jobs(); }

  protected:
    // A call in progress.
    struct Call {
        std::uint32_t number = 0;
        std::uint32_t parent = 0;  // the call that its job's parent is the job of; 0 is none
        JobNumber job = 0;
        std::uint16_t site = no_site;
        bool is_none = false;  // its caller gets nothing, as its body did not return
    };

    // From the lock to the body and back, in the order of the revision.
    virtual Status execute(Call& call) = 0;

    // Waits where the policy says so. Throws PythonError, Cancelled.
    void acquire_concurrency_control(const Call& call);

    // Gives back what the call may give back: of a group's lock only what the current job of the
    // running task owns, and nothing is said when it owns nothing.
    void release_concurrency_control(const Call& call);

    // The two halves of it, for revisions that do it otherwise.
    void release_lock(const Call& call);
    void pass_back(JobGroup& group, const Call& call);

    // Whether the call may start. Throws PythonError by a rate limit.
    bool passes_throttle(const Call& call);

    // `with job.start(): body()`. Throws JobStartException.
    template <class Body>
    Status within_job(const Call& call, Body body) {
        try {
            jobs_.start(call.job, current_.number());
        } catch (const PythonError&) {
            record(EventKind::not_started, call);
            throw;
        }
        const JobNumber outer = std::exchange(current_.number(), call.job);
        Status status = Status::ran;
        try {
            status = body();
        } catch (...) {
            jobs_.end(call.job, false);
            current_.number() = outer;
            throw;
        }
        jobs_.end(call.job, true);
        current_.number() = outer;
        return status;
    }

    // `try: body() finally: last()`. What `last` throws replaces what `body` came to.
    template <class Body, class Last>
    Status with_finally(Body body, Last last) {
        Status status = Status::ran;
        try {
            status = body();
        } catch (const Cancelled&) {
            try {
                last();
            } catch (const PythonError&) {
                recorder_.scheduler().forget_stop();  // the task goes on with an error instead
                throw;
            }
            throw;
        } catch (...) {
            last();
            throw;
        }
        last();
        return status;
    }

    // Counts the start, then runs the body.
    Status run_body(Call& call);

    void record(EventKind kind, const Call& call, std::uint8_t detail = 0);

    [[nodiscard]] const Site& at(const Call& call) const { return program_.sites[call.site]; }
    [[nodiscard]] const Policy& policy(const Call& call) const {
        return program_.job_of(call.site).policy;
    }
    // One a method, whatever it is called on.
    [[nodiscard]] Decorator& decorator_of(const Call& call) {
        return decorators_[program_.job_of(call.site).spec];
    }
    [[nodiscard]] JobGroup& group(const Call& call) { return groups_[at(call).group]; }
    [[nodiscard]] CurrentJob& current() noexcept { return current_; }
    // As the reference prints it.
    [[nodiscard]] std::string uuid_of(JobNumber number);

  private:
    struct Condition {
        std::uint16_t number = 0;
        std::string_view name;
    };

    void check_class(const Call& call) const;
    void make_job(Call& call);
    Status run_wrapped(Call& call);
    Status check_conditions(Call& call);
    // `failed`: what its caller sees where the job says which error it is to be.
    Status handle_condition(Call& call, Status failed, const std::string& message);
    static PythonError refusal(
        const Call& call, Status status, std::string_view type, const std::string& message
    );
    [[noreturn]] void refuse(
        const Call& call,
        EventKind kind,
        Status status,
        std::string_view type,
        const std::string& message
    );
    void state_decorator(std::uint16_t job, State& state) const;
    void state_job(Part part, JobNumber number, std::uint64_t what, State& state) const;
    void acquire(JobGroup& group, const Call& call);
    void wait_for(const Call& call, bool is_contended, auto& lock);
    [[nodiscard]] Duration period(const Call& call);
    [[nodiscard]] std::uint16_t key(const Call& call) const;
    [[nodiscard]] TimePoint now() const;
    void report_return(const Call& call, const Listener::Return& how);
    void log(std::string_view level, const std::string& text);

    const Program& program_;
    Recorder& recorder_;
    BodyRunner& runner_;
    Listener* listener_;
    Traits traits_;
    std::vector<std::uint16_t> keys_;                 // of groups: those of one name have one
    bool sets_clock_ = false;                         // to the past, maybe: then no start is over
    std::vector<std::vector<Condition>> conditions_;  // of jobs, in the order of checking

    // Made anew for each execution.
    std::deque<Decorator> decorators_;
    std::deque<JobGroup> groups_;
    std::vector<Call> calls_;           // by number
    std::vector<JobNumber> existing_;   // 0: not made yet
    std::vector<JobNumber> scheduled_;  // by site: the job that was made for it
    std::string_view state_;            // of the core
    Duration shift_{};                  // of the wall clock
    AsyncioTasks tasks_;
    JobManager jobs_;
    CurrentJob current_;
};

}  // namespace interlock::models
