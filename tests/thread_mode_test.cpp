// The core's parts between threads, with every access a choice: no interleaving, and no reordering
// that their memory orders allow, breaks them.
#include "core/gate/gate.hpp"
#include "core/job/job.hpp"
#include "models/threads/primitives.hpp"
#include "models/threads/search.hpp"

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace interlock::models {
namespace {

void touch(const void* what) {
    Machine::current().touch(what);
}

// Explores what `make` makes, under one memory and under the weak one.
template <class Make>
void expect_nothing_wrong(const Make& make) {
    for (const Model model : {Model::sequential, Model::weak}) {
        const ThreadResult result = explore_threads(make, {.model = model});
        EXPECT_EQ(result.problem, "") << "after " << result.executions << " executions";
        EXPECT_TRUE(result.is_complete);
        EXPECT_GT(result.executions, 1U);
    }
}

struct Spinning final : ThreadWorld {
    explicit Spinning(std::size_t threads) : count(threads) {}

    [[nodiscard]] std::size_t threads() const noexcept override { return count; }
    void run(std::size_t /*thread*/) override {
        std::lock_guard const guard(lock);
        touch(&data);
    }

    std::size_t count;
    BasicSpinLock<ModelPrimitives> lock;
    int data = 0;
};

TEST(ThreadMode, ASpinLockIsOneThreadsAtATime) {
    expect_nothing_wrong([] { return std::make_unique<Spinning>(2); });
    expect_nothing_wrong([] { return std::make_unique<Spinning>(3); });
}

// One waits, as a gate's caller does, and another wakes it.
struct Parking final : ThreadWorld {
    explicit Parking(bool is_timed) : timed(is_timed) {}

    [[nodiscard]] std::size_t threads() const noexcept override { return 2; }
    void run(std::size_t thread) override {
        if (thread == 1) {
            touch(&data);
            std::lock_guard const guard(lock);
            waiting->unpark();
            return;
        }
        if (timed) {
            waiting->park_for(Duration(1));
        } else if (!waiting->spin()) {
            waiting->park();
            touch(&data);
            std::lock_guard const guard(lock);  // whoever woke it is done with it
        }
        if (!timed) {
            touch(&data);
            waiting.reset();
        }
    }

    bool timed;
    BasicSpinLock<ModelPrimitives> lock;
    std::unique_ptr<ThreadParker<ModelPrimitives>> waiting =
        std::make_unique<ThreadParker<ModelPrimitives>>();
    int data = 0;
};

TEST(ThreadMode, WhoeverParksIsWoken) {
    expect_nothing_wrong([] { return std::make_unique<Parking>(false); });
    expect_nothing_wrong([] { return std::make_unique<Parking>(true); });
}

using Guarded = ModelThreads<ModelGuard>;

// What a thread does with a gate.
enum class Act : std::uint8_t {
    call,        // takes the lock, waiting for it
    short_call,  // looks for a moment first
    refusable,   // is refused while it is held
    timed,       // waits for some time at most
    two_calls,
    nested,  // a call within a call
    look,    // copies who holds and who waits
    close,
};

class FixedClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const noexcept override { return TimePoint{}; }
};

template <class R>
struct Gating final : ThreadWorld {
    explicit Gating(std::vector<Act> all) : acts(std::move(all)) {}

    [[nodiscard]] std::size_t threads() const noexcept override { return acts.size(); }

    void run(std::size_t thread) override {
        const Act act = acts[thread - 1];
        CallFrame& first = frames.at(2 * thread);
        CallFrame& second = frames.at(2 * thread + 1);
        switch (act) {
            case Act::look:
                static_cast<void>(gate.snapshot());
                break;
            case Act::close:
                gate.close();
                break;
            case Act::two_calls:
                call(act, first);
                call(act, second);
                break;
            case Act::nested:
                call(act, first, [&] {
                    second.parent = &first;
                    call(act, second);
                });
                break;
            default:
                call(act, first);
                break;
        }
    }

    // The frame is the call's alone before it enters and after it has left.
    template <class Body = void (*)()>
    void call(
        Act act, CallFrame& frame, const Body& body = [] {}
    ) {
        touch(&frame);
        frame.id = CallId{static_cast<std::uint64_t>(&frame - frames.data())};
        if (enter(act, frame)) {
            touch(&data);
            body();
            gate.leave(frame);
        }
        touch(&frame);
    }

    bool enter(Act act, const CallFrame& frame) {
        if (act == Act::short_call && (gate.enter_at_once(frame) || gate.enter_soon(frame))) {
            return true;
        }
        const auto terms = [&] {
            return typename Gate<R>::Terms{
                .how = {.may_wait = act != Act::refusable},
                .clock = &clock,
                .deadline = act == Act::timed ? TimePoint(Duration(1)) : TimePoint::max()};
        };
        return gate.enter(frame, terms, [](const auto&) {}).entry == Entry::admitted;
    }

    void end() override { INTERLOCK_ASSERT(gate.seems_free() && !gate.snapshot().is_held()); }

    std::vector<Act> acts;
    FixedClock clock;
    Gate<R> gate{Admission::Reentry::descendants};
    std::array<CallFrame, 8> frames;
    int data = 0;
};

// As it is, to the last access of its guard.
TEST(ThreadMode, AGateOfTwoThreads) {
    using enum Act;
    using Spin = ModelThreads<BasicSpinLock<ModelPrimitives>>;
    for (const auto& acts :
         std::vector<std::vector<Act>>{{call, refusable}, {call, look}, {short_call, short_call}}) {
        expect_nothing_wrong([&] { return std::make_unique<Gating<Spin>>(acts); });
    }
}

// The same of more, with a guard that is what a guard should be.
TEST(ThreadMode, AGateOfMoreThreads) {
    using enum Act;
    for (const auto& acts : std::vector<std::vector<Act>>{
             {call, call, refusable},
             {call, call, look},
             {call, call, close},
             {call, two_calls},
             {short_call, two_calls},
             {call, timed},
             {nested, call}}) {
        expect_nothing_wrong([&] { return std::make_unique<Gating<Guarded>>(acts); });
    }
}

// The whole call of a job, the short way and the long one.
struct Calling final : ThreadWorld {
    [[nodiscard]] std::size_t threads() const noexcept override { return 2; }
    void run(std::size_t /*thread*/) override { ran += job.call().ran() ? 1 : 0; }
    void end() override { INTERLOCK_ASSERT(ran == 2 && !job.snapshot().is_held()); }

    struct Body {
        void operator()() const { touch(this); }
    };
    JobRegistry<Guarded> registry;
    Job<Guarded, Body> job{registry, "job", {.concurrency = Concurrency::queue}, Body{}};
    int ran = 0;
};

TEST(ThreadMode, AJobOfTwoThreads) {
    expect_nothing_wrong([] { return std::make_unique<Calling>(); });
}

}  // namespace
}  // namespace interlock::models
