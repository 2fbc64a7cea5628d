// A task started by a job, which counts as part of it.
#pragma once

#include "core/job/completion.hpp"
#include "core/job/lineage.hpp"
#include "core/job/outcome.hpp"
#include "core/job/registry.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace interlock {

// A task that runs `body` on its own fiber or thread. Join it or detach it before it is destroyed,
// as a std::thread.
template <Runtime R, class T>
class Task {
  public:
    Task() = default;

    // Waits until the body is over, and says what came of it: its value or its error; or, at once,
    // a refusal (would_deadlock) if the task waits for a lock of the call that this is made in.
    // After a refusal it can still be joined or detached.
    Outcome<T> join() {
        auto cycle = state_->completion.wait(state_->registry.waits());
        if (!cycle.empty()) {
            Refusal refusal{.reason = Reason::would_deadlock, .job = cycle.front().job};
            refusal.cycle = std::make_shared<const std::vector<CycleStep>>(std::move(cycle));
            return refusal;
        }
        thread_.join();
        return std::move(*state_->outcome);
    }

    // Leaves it to itself. It keeps what locks it takes until it is done, and then gives them back.
    void detach() { thread_.detach(); }

    [[nodiscard]] bool is_finished() const noexcept { return state_->completion.is_finished(); }

  private:
    template <Runtime S, class Body>
    friend auto spawn(JobRegistry<S>& registry, Body body);
    template <Runtime S, class Body>
    friend auto spawn_apart(JobRegistry<S>& registry, Body body);

    struct State {
        State(JobRegistry<R>& in, const CallFrame* from)
            : registry(in), lineage(from), completion(lineage.mark()) {}

        JobRegistry<R>& registry;
        Lineage lineage;
        Completion<R> completion;
        std::optional<Outcome<T>> outcome;
    };

    template <class Body>
    Task(JobRegistry<R>& registry, const CallFrame* from, Body body)
        : state_(std::make_shared<State>(registry, from)),
          thread_([state = state_, body = std::move(body)]() mutable {
              R::current() = state->lineage.mark();
              state->outcome.emplace(run(body));
              R::current() = nullptr;
              state->completion.finish();
          }) {}

    template <class Body>
    static Outcome<T> run(Body& body) {
        try {
            if constexpr (std::is_void_v<T>) {
                std::invoke(body);
                return std::monostate{};
            } else {
                return std::invoke(body);
            }
        } catch (const Cancelled&) {
            return Failure{std::current_exception(), true};
        } catch (...) {
            return Failure{std::current_exception(), false};
        }
    }

    std::shared_ptr<State> state_;
    typename R::Thread thread_;
};

// Starts `body` as part of the call that this is made in: calls that it makes descend from it, also
// when it outlives it.
template <Runtime R, class Body>
auto spawn(JobRegistry<R>& registry, Body body) {
    return Task<R, std::invoke_result_t<Body&>>(registry, R::current(), std::move(body));
}

// Starts `body` as a task of its own, within no call.
template <Runtime R, class Body>
auto spawn_apart(JobRegistry<R>& registry, Body body) {
    return Task<R, std::invoke_result_t<Body&>>(registry, nullptr, std::move(body));
}

}  // namespace interlock
