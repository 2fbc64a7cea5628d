// What the revisions of the reference decorator share: job manager, groups, throttle state, and the
// skeleton of a call. A revision says how it goes from the lock to the body and back.
#pragma once

#include "models/revisions/asyncio_lock.hpp"
#include "models/scenario/recorder.hpp"
#include "models/scenario/system.hpp"

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace interlock::models {

class Reference : public System {
  public:
    Reference(const Program& program, Recorder& recorder, BodyRunner& runner)
        : program_(program), recorder_(recorder), runner_(runner) {}

    void begin() override;
    CallResult call(std::uint16_t site) override;
    void report_end() override;
    void discard() noexcept override;

  protected:
    // A call in progress; the reference calls it a job.
    struct Call {
        std::uint32_t number = 0;
        std::uint32_t parent = 0;  // the current job of the task when it was made; 0 is none
        std::uint16_t site = no_site;
    };

    struct Decorator {
        AsyncioSemaphore lock;
        std::uint32_t last_taker = 0;  // the call that took the lock last
        // By the name of the group, no_group outside of groups: never shared between jobs.
        std::map<std::uint16_t, TimePoint> last_call;
        std::map<std::uint16_t, std::vector<TimePoint>> calls;
    };

    struct Group {
        AsyncioLock lock;
        std::uint32_t active = 0;  // the call that owns the lock
        std::vector<std::uint32_t> parents;
    };

    // The refusals, thrown as in Python; caught where the call was made.
    struct Refused {
        Status status;
    };

    // From the lock to the body and back, in the order of the revision.
    virtual Status execute(const Call& call) = 0;

    // Throws Refused, Cancelled.
    void acquire_concurrency_control(const Call& call);

    // Gives back what the call may give back: of a group's lock only what the current job of the
    // running task owns, and nothing is said when it owns nothing.
    void release_concurrency_control(const Call& call);

    // Whether the call may start. Throws Refused by a rate limit.
    bool passes_throttle(const Call& call);

    // While it lives, its call is the current job of its task: `with job.start():`.
    class Started {
      public:
        Started(Reference& reference, const Call& call);
        Started(const Started&) = delete;
        Started& operator=(const Started&) = delete;
        ~Started();

      private:
        Reference& reference_;
        const Call& call_;
    };

    // Gives the lock back at the end of its scope: `finally: release_concurrency_control()`.
    class Finally {
      public:
        Finally(Reference& reference, const Call& call) : reference_(reference), call_(call) {}
        Finally(const Finally&) = delete;
        Finally& operator=(const Finally&) = delete;
        ~Finally() { reference_.release_concurrency_control(call_); }

      private:
        Reference& reference_;
        const Call& call_;
    };

    // Counts the start, then runs the body.
    void run_body(const Call& call);

    void record(EventKind kind, const Call& call, std::uint8_t detail = 0);

    [[nodiscard]] const Site& at(const Call& call) const { return program_.sites[call.site]; }
    [[nodiscard]] const Policy& policy(const Call& call) const {
        return program_.job_of(call.site).policy;
    }
    [[nodiscard]] Group& group(const Call& call) { return groups_[at(call).group]; }
    [[nodiscard]] std::uint32_t& current_job() {
        return current_jobs_[recorder_.scheduler().current().value];
    }

  private:
    [[nodiscard]] bool has_lock(const Group& group);
    void acquire(Group& group, const Call& call);
    void release(Group& group, const Call& call);

    const Program& program_;
    Recorder& recorder_;
    BodyRunner& runner_;

    // Made anew for each execution.
    std::deque<Decorator> decorators_;
    std::deque<Group> groups_;
    std::vector<std::uint32_t> current_jobs_;  // one a task; 0 is none
    std::vector<Call> calls_;                  // by number
};

}  // namespace interlock::models
