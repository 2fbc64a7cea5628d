// Calls of a job, from many tasks and over many suspensions, are operations on a
// first-come-first-served lock, one after the other: in every interleaving, and with tasks that are
// cancelled anywhere.
#include "core/fiber.hpp"
#include "tests/fifo_lock.hpp"

#include <chrono>
#include <interlock/explore_gmock.hpp>
#include <map>
#include <string>

#include <gtest/gtest.h>

namespace interlock {
namespace {

using namespace std::chrono_literals;
using test::Linearization;
using test::LockOperation;
using History = std::vector<LockOperation>;
using Kind = LockOperation::Kind;

// Makes a history of what the core says: a call's request lies between its arrival and the moment
// at which it is in line or has the lock.
class Listener final : public Observer {
  public:
    void on_event(const Event& event) noexcept override {
        const std::uint32_t now = ++now_;
        const auto call = static_cast<std::uint32_t>(event.call.value);
        std::uint32_t& since = since_[call];
        const auto add = [&](Kind kind) { history_.push_back({kind, call, since, now}); };
        switch (event.kind) {
            case EventKind::queued:
                add(Kind::request);
                is_queued_[call] = true;
                break;
            case EventKind::admitted:
                if (!is_queued_[call]) {
                    add(Kind::request);
                }
                break;
            case EventKind::refused:
                add(event.reason == Reason::throttled ? Kind::skip : Kind::reject);
                break;
            case EventKind::cancelled:
                add(Kind::leave);
                break;
            case EventKind::started:
                since = now;
                add(Kind::start);
                break;
            case EventKind::released:
                add(Kind::release);
                break;
            default:
                break;
        }
        since = now;
    }

    [[nodiscard]] const History& history() const noexcept { return history_; }

  private:
    std::uint32_t now_ = 0;
    std::map<std::uint32_t, std::uint32_t> since_;  // by call: its last event
    std::map<std::uint32_t, bool> is_queued_;
    History history_;
};

struct Run {
    template <class Body>
    void operator()(Body&& body) const {
        body();
    }
};

struct Jobs {
    Jobs(CodeWorld& world, const Policy& policy)
        : registry(world.clock(), &listener), job(registry, "job", policy, Run{}) {}

    Listener listener;
    fiber::JobRegistry registry;
    fiber::Job<Run> job;
};

// Hands each execution's history to `check`.
template <class Check>
Exploration explore_calls(
    ExploreOptions options, const Policy& policy, std::size_t tasks, std::size_t calls, Check check
) {
    options.strategy = Strategy::exhaustive;
    return explore(options, [&, check](CodeWorld& world) {
        auto& jobs = world.make<Jobs>(world, policy);
        for (std::size_t i = 0; i < tasks; ++i) {
            world.task("task " + std::to_string(i), [&world, &jobs, calls] {
                for (std::size_t n = 0; n < calls; ++n) {
                    const auto outcome =
                        jobs.job.until(world.stop_token()).call([&world] { world.yield(); });
                    world.see(name_of(outcome.status()));
                }
            });
        }
        world.at_end([&world, &jobs, check] {
            world.expect(check(jobs.listener.history()), "no order of the calls explains them");
        });
    });
}

bool is_linearizable(const History& history) {
    return Linearization(history).exists();
}

Policy policy_of(Concurrency concurrency) {
    return {.concurrency = concurrency};
}

TEST(Linearizability, OfQueuedCalls) {
    const auto explored = explore_calls({}, policy_of(Concurrency::queue), 3, 1, &is_linearizable);
    EXPECT_THAT(explored, Holds());
    EXPECT_EQ(explored.seen, std::set<std::string>({"ran"}));
}

TEST(Linearizability, OfRejectingCalls) {
    const auto explored = explore_calls({}, policy_of(Concurrency::reject), 3, 2, &is_linearizable);
    EXPECT_THAT(explored, Holds());
    EXPECT_EQ(explored.seen, std::set<std::string>({"ran", "rejected"}));
}

TEST(Linearizability, OfThrottledCalls) {
    const Policy policy{
        .concurrency = Concurrency::queue, .throttle = Throttle::throttle, .period = 1s};
    const auto explored = explore_calls({}, policy, 3, 1, &is_linearizable);
    EXPECT_THAT(explored, Holds());
    EXPECT_EQ(explored.seen, std::set<std::string>({"ran", "throttled"}));
}

TEST(Linearizability, OfCallsThatAreCancelled) {
    const ExploreOptions options{.faults = {.raise = 0, .cancel = 1}};
    const auto explored =
        explore_calls(options, policy_of(Concurrency::queue), 3, 1, &is_linearizable);
    EXPECT_THAT(explored, Holds());
    EXPECT_TRUE(explored.seen.contains("cancelled"));
}

// Two calls that wait at the same time, and get the lock in each other's place.
History with_grants_swapped(History history, std::uint32_t a, std::uint32_t b) {
    for (LockOperation& operation : history) {
        if (operation.kind != Kind::request && (operation.call == a || operation.call == b)) {
            operation.call = operation.call == a ? b : a;
        }
    }
    return history;
}

TEST(Linearizability, IsNotOfTwoGrantsSwapped) {
    std::size_t swapped = 0;
    std::size_t refused = 0;
    const auto explored =
        explore_calls({}, policy_of(Concurrency::queue), 3, 1, [&](const History& history) {
            for (std::uint32_t a = 1; a <= 3; ++a) {
                for (std::uint32_t b = a + 1; b <= 3; ++b) {
                    const auto at = [&](Kind kind, std::uint32_t call) {
                        return std::find_if(history.begin(), history.end(), [&](const auto& one) {
                            return one.kind == kind && one.call == call;
                        });
                    };
                    // Both are in line before either starts.
                    const std::uint32_t asked =
                        std::max(at(Kind::request, a)->end, at(Kind::request, b)->end);
                    const std::uint32_t began =
                        std::min(at(Kind::start, a)->begin, at(Kind::start, b)->begin);
                    if (asked < began) {
                        ++swapped;
                        refused += is_linearizable(with_grants_swapped(history, a, b)) ? 0U : 1U;
                    }
                }
            }
            return true;
        });
    EXPECT_THAT(explored, Holds());
    EXPECT_GT(swapped, 0U);
    EXPECT_EQ(refused, swapped);
}

TEST(Linearizability, IsNotOfTwoBodiesAtATime) {
    EXPECT_FALSE(is_linearizable(
        {{Kind::request, 1, 1, 2},
         {Kind::start, 1, 3, 3},
         {Kind::request, 2, 2, 4},
         {Kind::start, 2, 5, 5},
         {Kind::release, 1, 6, 7},
         {Kind::release, 2, 6, 8}}
    ));
}

TEST(Linearizability, IsNotOfARefusalWhileNobodyHasTheLock) {
    EXPECT_FALSE(is_linearizable(
        {{Kind::request, 1, 1, 2},
         {Kind::start, 1, 3, 3},
         {Kind::release, 1, 4, 5},
         {Kind::reject, 2, 6, 7}}
    ));
    // It may have asked before the release took effect.
    EXPECT_TRUE(is_linearizable(
        {{Kind::request, 1, 1, 2},
         {Kind::start, 1, 3, 3},
         {Kind::release, 1, 4, 6},
         {Kind::reject, 2, 5, 7}}
    ));
}

}  // namespace
}  // namespace interlock
