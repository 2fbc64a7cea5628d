// A callable that a policy decides about.
#pragma once

#include "core/job/drain.hpp"
#include "core/job/outcome.hpp"
#include "core/job/pass.hpp"
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
    Job(JobRegistry<R>& registry,
        std::string_view name,
        const Policy& policy,
        Body body,
        JobOptions options = {})
        : state_(
              registry, registry.take_name(name), checked(name, policy, options), std::move(options)
          ),
          body_(std::move(body)) {
        remember(policy);
        registry.add_job(state_);
    }

    // One of several that go by one name, whose owner keeps it (keyed_job.hpp). `policy` is
    // checked.
    Job(JobRegistry<R>& registry,
        const JobLabel& label,
        const Policy& policy,
        Body body,
        JobOptions options)
        : state_(registry, label, policy, std::move(options)),
          body_(std::move(body)),
          owns_name_(false) {
        remember(policy);
        registry.add_job(state_);
    }

    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    ~Job() {
        state_.registry.remove_job(state_);
        if (owns_name_) {
            state_.registry.give_up_name(state_.label);
        }
    }

    [[nodiscard]] const std::string& name() const noexcept { return state_.label.name; }
    [[nodiscard]] JobId id() const noexcept { return state_.label.id; }

    // With the numbers that hold now.
    [[nodiscard]] Policy policy() const noexcept { return state_.policy_now(); }

    // From now on the numbers of `policy` hold: period, max_calls, max_waiting, wait_timeout
    // and service_time; all else must be as it was. Calls that are on their way may still go by the
    // old ones. Where a shorter queue of the job's own lock is longer than it may be, its newest
    // waiters are refused. Throws PolicyError, and then nothing has changed.
    void reconfigure(const Policy& policy) {
        checked(name(), policy, state_.options);
        if (!state_.policy.differs_in_numbers_only(policy)) {
            throw PolicyError("Job " + name() + " cannot change its modes while it is in use!");
        }
        remember(policy);
        state_.limits.set(policy);
        state_.gate.shorten(state_.limits.max_waiting.load(std::memory_order_relaxed));
    }

    // Whether the job's own throttle has something to remember at `now`: a start within the period.
    [[nodiscard]] bool is_throttled_after(TimePoint now) const {
        std::lock_guard const guard(state_.throttling.guard);
        const auto last = state_.throttling.state.last_start();
        return state_.policy.throttle != Throttle::none && last &&
               now - *last < state_.limits.period();
    }

    // A copy of who holds the job's own lock and who waits for it.
    [[nodiscard]] Occupancy snapshot() const { return state_.gate.snapshot(); }

    // A copy of what the job's own throttle remembers.
    [[nodiscard]] Throttling throttling() const { return state_.throttling.snapshot(); }

    // What ends a wait besides the lock and the policy.
    enum class Until : std::uint8_t {
        turn,   // nothing
        terms,  // a deadline, or a token that outlives the call
        stop,   // these, or a token that the call keeps
    };

    // A call about to be made: where, and until when it may wait.
    template <Until until_>
    class Call {
        struct NoTerms {};
        struct NoStop {};
        using Terms = std::conditional_t<until_ == Until::turn, NoTerms, CallTerms>;
        using Stop = std::conditional_t<until_ == Until::stop, std::stop_token, NoStop>;

      public:
        explicit Call(
            Job& job, GroupState<R>* group = nullptr, Terms terms = {}, Stop stop = {}
        ) noexcept
            : job_(&job), group_(group), terms_(terms), stop_(std::move(stop)) {}

        // On this group, which must outlive the call.
        [[nodiscard]] [[gnu::always_inline]] Call on(const JobGroup<R>& group) && {
            group_ = &group.state();
            return std::move(*this);
        }

        // A stop request ends the wait for the lock: the call is cancelled. A body that has started
        // is its own master. Under FiberRuntime, request it from the thread that runs the fibers.
        [[nodiscard]] Call<Until::stop> until(std::stop_token stop) && {
            return Call<Until::stop>(*job_, group_, terms(), std::move(stop));
        }

        // The same with a token that outlives the call: nothing is copied.
        [[nodiscard]] Call<Until::terms> until(std::reference_wrapper<const std::stop_token> stop
        ) && {
            CallTerms terms = this->terms();
            terms.stop = &stop.get();
            return Call<Until::terms>(*job_, group_, terms);
        }

        // Ends the wait for the lock at this time of the registry's clock: the call has timed out.
        // It does not even begin to wait if that is over.
        [[nodiscard]] auto before(TimePoint deadline) && {
            CallTerms terms = this->terms();
            terms.deadline = deadline;
            if constexpr (until_ == Until::stop) {
                return Call<Until::stop>(*job_, group_, terms, std::move(stop_));
            } else {
                return Call<Until::terms>(*job_, group_, terms);
            }
        }

        template <class... Args>
        [[gnu::always_inline]] Outcome<Result<Args...>> call(Args&&... args) && {
            if constexpr (until_ == Until::stop) {
                terms_.stop = &stop_;
            }
            return job_->run(group_, terms(), std::forward<Args>(args)...);
        }

        template <class... Args>
        Result<Args...> operator()(Args&&... args) && {
            return value_of(
                std::move(*this).call(std::forward<Args>(args)...), job_->state_.options.on_error
            );
        }

      private:
        [[nodiscard]] [[gnu::always_inline]] const CallTerms& terms() const noexcept {
            if constexpr (until_ == Until::turn) {
                return no_terms;
            } else {
                return terms_;
            }
        }

        Job* job_;
        GroupState<R>* group_;
        [[no_unique_address]] Terms terms_;
        [[no_unique_address]] Stop stop_;
    };

    [[nodiscard]] [[gnu::always_inline]] Call<Until::turn> on(const JobGroup<R>& group) {
        return Call<Until::turn>(*this).on(group);
    }
    [[nodiscard]] Call<Until::stop> until(std::stop_token stop) {
        return Call<Until::turn>(*this).until(std::move(stop));
    }
    [[nodiscard]] Call<Until::terms> until(std::reference_wrapper<const std::stop_token> stop) {
        return Call<Until::turn>(*this).until(stop);
    }
    [[nodiscard]] Call<Until::terms> before(TimePoint deadline) {
        return Call<Until::turn>(*this).before(deadline);
    }

    // Runs the body when the policy lets it, and says what came of it. Whatever the body throws is
    // in the outcome. Throws PolicyError if the policy is a group's and the call is on none.
    template <class... Args>
    [[gnu::always_inline]] Outcome<Result<Args...>> call(Args&&... args) {
        return run(nullptr, no_terms, std::forward<Args>(args)...);
    }

    // As call(), but returns what the body returned and throws everything else: the body's error,
    // or for a refusal what the job's on_error makes of it, or the one of errors.hpp.
    template <class... Args>
    Result<Args...> operator()(Args&&... args) {
        return value_of(call(std::forward<Args>(args)...), state_.options.on_error);
    }

  private:
    static constexpr CallTerms no_terms{};

    void remember(const Policy& policy) {
        if (policy.throttle == Throttle::group_rate_limit) {
            state_.registry.remember_group_calls(*policy.max_calls);
        } else if (policy.throttle == Throttle::rate_limit) {
            std::lock_guard const guard(state_.throttling.guard);
            state_.throttling.state.remember(*policy.max_calls);
        }
    }

    template <class... Args>
    [[gnu::always_inline]] Outcome<Result<Args...>> run(
        GroupState<R>* group, const CallTerms& terms, Args&&... args
    ) {
        const Way way = state_.way.load(std::memory_order_relaxed);
        if (group != nullptr && way == Way::group_lock) {
            return run_plain<Takes::group_lock>(group, terms, std::forward<Args>(args)...);
        }
        if (way == Way::lock) {
            return run_plain<Takes::own_lock>(group, terms, std::forward<Args>(args)...);
        }
        if (way == Way::lock_or_refuse) {
            // Less than to begin and to be turned away.
            if (const auto holder = state_.gate.held_by(); holder.call) {
                return Outcome<Result<Args...>>::refused([&] {
                    return Refusal{
                        .reason = Reason::busy,
                        .job = &state_.label,
                        .holder = holder.call,
                        .holder_job = holder.job};
                });
            }
            return run_plain<Takes::own_lock>(group, terms, std::forward<Args>(args)...);
        }
        if (way == Way::no_lock) {
            return run_plain<Takes::no_lock>(group, terms, std::forward<Args>(args)...);
        }
        if (way == Way::own_lock_and_throttle) {
            return run_plain<Takes::own_lock_and_throttle>(
                group, terms, std::forward<Args>(args)...
            );
        }
        if (way == Way::lock_and_throttle) {
            return run_plain<Takes::lock_and_throttle>(group, terms, std::forward<Args>(args)...);
        }
        return run_whole(group, terms, std::forward<Args>(args)...);
    }

    template <class... Args>
    [[gnu::noinline]] Outcome<Result<Args...>> run_whole(
        GroupState<R>* group, const CallTerms& terms, Args&&... args
    ) {
        if (needs_group_of(group)) {
            throw_needs_group();
        }
        Turn<R> turn(state_, group, terms);
        if (!turn.begin()) {
            return turn.refusal();
        }
        return run_body<Args...>(
            [&turn](Status how, const auto&... error) { turn.end(how, error...); },
            std::forward<Args>(args)...
        );
    }

    // The way of most calls: a lock that is free, a throttle, and nobody to tell. All of it is
    // inlined, so that it lives in registers. A call that finds its lock taken begins anew, as
    // one that waits.
    template <Takes takes, class... Args>
    [[gnu::noinline]] Outcome<Result<Args...>> run_plain(
        GroupState<R>* group, const CallTerms& terms, Args&&... args
    ) {
        constexpr bool is_own = takes == Takes::own_lock || takes == Takes::own_lock_and_throttle;
        constexpr bool has_both =
            takes == Takes::own_lock_and_throttle || takes == Takes::lock_and_throttle;
        if (!is_own && takes != Takes::group_lock && needs_group_of(group)) {
            throw_needs_group();
        }
        Pass<R, takes> pass(state_, group);
        if (takes == Takes::no_lock && !pass.start()) {
            return Outcome<Result<Args...>>::refused([&] { return pass.refusal(); });
        }
        const CallFrame*& current = R::current();
        const CallId id = state_.registry.next_call();
        const CallFrame* const parent = current;
        CallFrame frame;  // piece by piece, or GCC would clear all of it first
        frame.id = id;
        frame.parent = parent;
        frame.job = &state_.label;
        if (!pass.enter(frame)) [[unlikely]] {
            return run_waiting(group, terms, id, std::forward<Args>(args)...);
        }
        if (has_both && !pass.start()) [[unlikely]] {
            return Outcome<Result<Args...>>::refused([&] { return pass.refusal(); });
        }
        const Inside inside(frame, current);
        return run_body<Args...>(
            [&pass](Status how, const auto&... /*error*/) { pass.end(how); },
            std::forward<Args>(args)...
        );
    }

    // The same, where the lock is not free. One for all of them: most of it is the wait.
    template <class... Args>
    [[gnu::noinline]] Outcome<Result<Args...>> run_waiting(
        GroupState<R>* group, const CallTerms& terms, CallId id, Args&&... args
    ) {
        Pass<R, Takes::whatever> pass(state_, group);
        const CallFrame*& current = R::current();
        const CallFrame frame{.id = id, .parent = current, .job = &state_.label};
        if (auto entered = pass.wait(frame, terms); entered.entry != Entry::admitted) {
            return Outcome<Result<Args...>>::refused([&] {
                return state_.refusal(
                    reason_of(entered.entry), entered.holder, std::move(entered.cycle), group
                );
            });
        }
        if (!pass.start()) {
            return Outcome<Result<Args...>>::refused([&] { return pass.refusal(); });
        }
        const Inside inside(frame, current);
        return run_body<Args...>(
            [&pass](Status how, const auto&... /*error*/) { pass.end(how); },
            std::forward<Args>(args)...
        );
    }

    [[nodiscard]] [[gnu::always_inline]] bool needs_group_of(const GroupState<R>* group
    ) const noexcept {
        return group == nullptr && state_.needs_group;
    }

    [[noreturn]] [[gnu::noinline]] void throw_needs_group() const {
        throw PolicyError(problem_without_group(name(), state_.policy));
    }

    // Calls `end` with how the body ended, and with the error if it failed.
    template <class... Args, class End>
    [[gnu::always_inline]] Outcome<Result<Args...>> run_body(const End& end, Args&&... args) {
        try {
            if constexpr (std::is_void_v<Result<Args...>>) {
                std::invoke(body_, std::forward<Args>(args)...);
                end(Status::ran);
                return std::monostate{};
            } else {
                Outcome<Result<Args...>> outcome(std::invoke(body_, std::forward<Args>(args)...));
                end(Status::ran);
                return outcome;
            }
        } catch (const Cancelled&) {
            end(Status::cancelled);
            return Failure{std::current_exception(), true};
        } catch (...) {
            Failure failure{std::current_exception(), false};
            end(Status::failed, failure.error);
            return failure;
        }
    }

    JobState<R> state_;
    Body body_;
    bool owns_name_ = true;
};

// `body` decorated as `name`; the usual way to make a job:
//     auto refresh = decorate(registry, "refresh", {.concurrency = Concurrency::queue}, [] {});
template <Runtime R, class Body>
Job<R, Body> decorate(
    JobRegistry<R>& registry,
    std::string_view name,
    const Policy& policy,
    Body body,
    JobOptions options = {}
) {
    return Job<R, Body>(registry, name, policy, std::move(body), std::move(options));
}

}  // namespace interlock
