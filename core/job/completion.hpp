// The end of a task, and who waits for it.
#pragma once

#include "core/gate/wait_graph.hpp"

#include <mutex>
#include <vector>

namespace interlock {

template <Runtime R>
class Completion {
  public:
    // `mark` is that of the task's lineage, and lives as long as this does; none: nobody knows what
    // the task waits for.
    explicit Completion(const CallFrame* mark) noexcept : mark_(mark) {}

    Completion(const Completion&) = delete;
    Completion& operator=(const Completion&) = delete;

    // Called by the task, once, when all that it does for others is done.
    void finish() noexcept {
        std::lock_guard const guard(guard_);
        is_finished_ = true;
        for (Joining* joining = first_; joining != nullptr;) {
            Joining* const next = joining->next;  // who is woken may be gone
            joining->parker.unpark();
            joining = next;
        }
        first_ = nullptr;
    }

    [[nodiscard]] bool is_finished() const noexcept {
        std::lock_guard const guard(guard_);
        return is_finished_;
    }

    // Waits until the task is finished. If that could never be, because the task waits for the call
    // that this is part of, returns the cycle at once instead; empty: it is finished.
    [[nodiscard]] std::vector<CycleStep> wait(WaitGraph<R>& graph) {
        const CallFrame* const call = R::current();
        Joining joining(*this, call);
        {
            std::lock_guard const guard(guard_);
            if (is_finished_) {
                return {};
            }
            joining.next = first_;
            first_ = &joining;
        }
        if (call != nullptr) {  // else nobody can wait for this task
            auto cycle = graph.add(joining);
            if (!cycle.empty() && unlink(joining)) {
                return cycle;
            }
        }
        joining.parker.park();
        if (call != nullptr) {
            graph.remove(joining);
        }
        std::lock_guard const barrier(guard_);  // whoever woke it is done with it
        return {};
    }

  private:
    // NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): nothing derives from it.
    struct Joining final : Wait {
        Joining(Completion& of, const CallFrame* call) noexcept
            : Wait(call, Kind::join), completion(of) {}

        void for_each_blocker(const Look& look) const override {
            std::lock_guard const guard(completion.guard_);
            if (!completion.is_finished_ && completion.mark_ != nullptr) {
                look(*completion.mark_);
            }
        }

        Completion& completion;
        Joining* next = nullptr;
        typename R::Parker parker{};
    };

    // False: the task has finished meanwhile.
    bool unlink(Joining& joining) noexcept {
        std::lock_guard const guard(guard_);
        if (is_finished_) {
            return false;
        }
        Joining** place = &first_;
        while (*place != &joining) {
            place = &(*place)->next;
        }
        *place = joining.next;
        return true;
    }

    mutable typename R::Guard guard_{};
    const CallFrame* const mark_;
    Joining* first_ = nullptr;  // guarded by guard_
    bool is_finished_ = false;  // guarded by guard_
};

}  // namespace interlock
