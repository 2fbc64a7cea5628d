// A callable that a policy decides about.
#pragma once

#include "core/job/outcome.hpp"
#include "core/job/turn.hpp"

#include <functional>
#include <stop_token>
#include <string_view>
#include <type_traits>
#include <utility>

namespace interlock {

// Decorates `Body`. Stays where it is for its whole life; must not be destroyed while a call is in
// progress. One lock and one throttle per Job object; group policies use those of the group that
// the call is made on.
template <Runtime R, class Body>
class Job {
  public:
    template <class... Args>
    using Result = std::invoke_result_t<Body&, Args...>;

    // Throws PolicyError if `policy` contradicts itself or the registry knows a job of that name.
    Job(JobRegistry<R>& registry, std::string_view name, Policy policy, Body body)
        : state_{.registry = registry, .policy = checked(name, policy), .name = std::string(name)},
          body_(std::move(body)) {
        state_.id = registry.names().add(state_.name);
        if (policy.throttle == Throttle::group_rate_limit) {
            registry.remember_group_calls(*policy.max_calls);
        } else if (policy.throttle == Throttle::rate_limit) {
            state_.throttling.state.remember(*policy.max_calls);
        }
    }

    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    ~Job() { state_.registry.names().remove(state_.name); }

    [[nodiscard]] const std::string& name() const noexcept { return state_.name; }
    [[nodiscard]] JobId id() const noexcept { return state_.id; }
    [[nodiscard]] const Policy& policy() const noexcept { return state_.policy; }

    // A copy of who holds the job's own lock and who waits for it.
    [[nodiscard]] Admission snapshot() const { return state_.gate.snapshot(); }

    // A call about to be made: where, and until when it may wait.
    class Call {
      public:
        explicit Call(Job& job) noexcept : job_(&job) {}

        // On this group, which must outlive the call.
        [[nodiscard]] Call on(const JobGroup<R>& group) && {
            group_ = &group.state();
            return std::move(*this);
        }

        // A stop request ends the wait for the lock: the call is cancelled. A body that has started
        // is its own master. Under FiberRuntime, request it from the thread that runs the fibers.
        [[nodiscard]] Call until(std::stop_token stop) && {
            stop_ = std::move(stop);
            return std::move(*this);
        }

        template <class... Args>
        Outcome<Result<Args...>> call(Args&&... args) && {
            return job_->run(group_, stop_, std::forward<Args>(args)...);
        }

        template <class... Args>
        Result<Args...> operator()(Args&&... args) && {
            return std::move(*this).call(std::forward<Args>(args)...).value();
        }

      private:
        Job* job_;
        GroupState<R>* group_ = nullptr;
        std::stop_token stop_{};
    };

    [[nodiscard]] Call on(const JobGroup<R>& group) { return Call(*this).on(group); }
    [[nodiscard]] Call until(std::stop_token stop) { return Call(*this).until(std::move(stop)); }

    // Runs the body when the policy lets it, and says what came of it. Whatever the body throws is
    // in the outcome. Throws PolicyError if the policy is a group's and the call is on none.
    template <class... Args>
    Outcome<Result<Args...>> call(Args&&... args) {
        return run(nullptr, std::stop_token{}, std::forward<Args>(args)...);
    }

    // As call(), but returns what the body returned and throws everything else (errors.hpp).
    template <class... Args>
    Result<Args...> operator()(Args&&... args) {
        return call(std::forward<Args>(args)...).value();
    }

  private:
    static const Policy& checked(std::string_view name, const Policy& policy) {
        const auto problems = problems_of(name, policy);
        if (!problems.empty()) {
            throw PolicyError(problems.front());
        }
        return policy;
    }

    template <class... Args>
    Outcome<Result<Args...>> run(
        GroupState<R>* group, const std::stop_token& stop, Args&&... args
    ) {
        if (group == nullptr && needs_group(state_.policy)) [[unlikely]] {
            throw PolicyError(problem_without_group(state_.name, state_.policy));
        }
        Turn<R> turn(state_, group);
        if (const auto refusal = turn.begin(stop)) {
            return *refusal;
        }
        try {
            if constexpr (std::is_void_v<Result<Args...>>) {
                std::invoke(body_, std::forward<Args>(args)...);
                turn.end(Status::ran);
                return std::monostate{};
            } else {
                Outcome<Result<Args...>> outcome(std::invoke(body_, std::forward<Args>(args)...));
                turn.end(Status::ran);
                return outcome;
            }
        } catch (const Cancelled&) {
            turn.end(Status::cancelled);
            return Failure{std::current_exception(), true};
        } catch (...) {
            return Failure{std::current_exception(), false};
        }
    }

    JobState<R> state_;
    Body body_;
};

// `body` decorated as `name`; the usual way to make a job:
//     auto refresh = decorate(registry, "refresh", {.concurrency = Concurrency::queue}, [] {});
template <Runtime R, class Body>
Job<R, Body> decorate(JobRegistry<R>& registry, std::string_view name, Policy policy, Body body) {
    return Job<R, Body>(registry, name, policy, std::move(body));
}

}  // namespace interlock
