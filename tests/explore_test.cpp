// Scenarios that are code, and what they wait for.
#include "core/fiber.hpp"

#include <functional>
#include <interlock/explore_gmock.hpp>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace interlock {
namespace {

using testing::HasSubstr;

// Two tasks that read, give others a turn, and write.
void lose_an_update(CodeWorld& world) {
    auto& count = world.make<int>(0);
    for (const char* const name : {"one", "other"}) {
        world.task(name, [&world, &count] {
            const int read = count;
            world.yield();
            count = read + 1;
        });
    }
    world.at_end([&world, &count] { world.expect(count == 2, "an update is lost"); });
}

TEST(Explore, FindsALostUpdate) {
    const auto explored = explore({}, &lose_an_update);
    EXPECT_THAT(explored, IsViolated("an update is lost"));
    EXPECT_THAT(explored, testing::Not(Holds()));
    std::ostringstream text;
    text << explored;
    EXPECT_THAT(text.str(), HasSubstr("step  task"));
    EXPECT_THAT(text.str(), HasSubstr("other  begins"));
    EXPECT_THAT(text.str(), HasSubstr("finds: an update is lost"));
    EXPECT_THAT(text.str(), HasSubstr(explored.schedule));
}

TEST(Explore, ShowsTheSameAgain) {
    const auto explored = explore({}, &lose_an_update);
    const auto again = explore({.schedule = explored.schedule}, &lose_an_update);
    EXPECT_EQ(again.executions, 1U);
    EXPECT_EQ(again.problem, explored.problem);
    EXPECT_EQ(again.table, explored.table);
    EXPECT_EQ(explore({.schedule = "nonsense"}, &lose_an_update).verdict, Verdict::broken);
}

TEST(Explore, RunsEveryInterleavingIfAnythingIsShared) {
    // Two turns each: C(4, 2).
    const auto idle = [](CodeWorld& world) {
        world.task("a", [&world] { world.yield(); });
        world.task("b", [&world] { world.yield(); });
    };
    EXPECT_EQ(explore({.strategy = Strategy::exhaustive}, idle).executions, 6U);
    EXPECT_EQ(explore({}, idle).executions, 6U);
    EXPECT_EQ(explore({.shared = Shared::primitives}, idle).executions, 1U);
}

// Each of `tasks` takes the mutex and gives it back.
std::uint64_t orders_of_a_mutex(int tasks) {
    const auto explored = explore({.shared = Shared::primitives}, [tasks](CodeWorld& world) {
        auto& mutex = world.make<Mutex>(world);
        for (int i = 0; i < tasks; ++i) {
            world.task(std::to_string(i), [&mutex] { std::lock_guard const lock(mutex); });
        }
    });
    EXPECT_THAT(explored, Holds());
    EXPECT_EQ(explored.blocked, 0U);
    return explored.executions;
}

TEST(Explore, RunsEachOrderOfAMutexOnce) {
    EXPECT_EQ(orders_of_a_mutex(2), 2U);
    EXPECT_EQ(orders_of_a_mutex(4), 24U);
}

TEST(Explore, FindsMutexesTakenInOppositeOrders) {
    const auto explored = explore({.shared = Shared::primitives}, [](CodeWorld& world) {
        auto& left = world.make<Mutex>(world, "left");
        auto& right = world.make<Mutex>(world, "right");
        const auto take = [&world](std::string name, Mutex& first, Mutex& second) {
            world.task(std::move(name), [&first, &second] {
                std::lock_guard const one(first);
                std::lock_guard const other(second);
            });
        };
        take("a", left, right);
        take("b", right, left);
    });
    EXPECT_THAT(explored, IsViolated("a, b waits for ever"));
    EXPECT_THAT(explored.table, HasSubstr("takes left"));
}

TEST(Explore, FindsALostWakeUp) {
    const auto explored = explore({}, [](CodeWorld& world) {
        struct State {
            explicit State(CodeWorld& in) : mutex(in), is_ready(in) {}
            Mutex mutex;
            ConditionVariable is_ready;
        };
        auto& state = world.make<State>(world);
        world.task("waits", [&state] {
            std::unique_lock lock(state.mutex);
            state.is_ready.wait(lock);  // without a predicate
        });
        world.task("tells", [&state] { state.is_ready.notify_one(); });
    });
    EXPECT_THAT(explored, IsViolated("waits waits for ever"));
}

void pass_values(CodeWorld& world) {
    auto& channel = world.make<Channel<int>>(world, 1);
    auto& got = world.make<std::string>();
    for (const int value : {1, 2}) {
        world.task("push " + std::to_string(value), [&channel, value] { channel.push(value); });
    }
    world.task("pop", [&channel, &got] {
        for (int i = 0; i < 2; ++i) {
            got += std::to_string(channel.pop().value_or(0));
        }
    });
    world.at_end([&world, &got] {
        world.see(got);
        world.expect(got == "12" || got == "21", "a value is lost");
    });
}

TEST(Explore, PassesValuesInEveryOrder) {
    const auto all = explore({.strategy = Strategy::exhaustive}, &pass_values);
    const auto some = explore({.shared = Shared::primitives}, &pass_values);
    EXPECT_THAT(all, Holds());
    EXPECT_THAT(some, Holds());
    EXPECT_EQ(all.seen, std::set<std::string>({"12", "21"}));
    EXPECT_EQ(some.seen, all.seen);
    EXPECT_LT(some.executions, all.executions);
}

TEST(Explore, GivesMutexesBackWhereTasksAreCancelled) {
    const auto explored = explore(
        {.strategy = Strategy::exhaustive, .faults = {.raise = 0, .cancel = 1}},
        [](CodeWorld& world) {
            auto& mutex = world.make<Mutex>(world);
            for (const char* const name : {"a", "b", "c"}) {
                world.task(name, [&world, &mutex] {
                    std::lock_guard const lock(mutex);
                    world.yield();
                    world.see("done");
                });
            }
        }
    );
    EXPECT_THAT(explored, Holds());
    EXPECT_GT(explored.executions, 6U);
}

TEST(Explore, RunsTheCore) {
    struct State {
        explicit State(CodeWorld& world)
            : registry(world.clock()),
              job(registry, "job", {.concurrency = Concurrency::queue}, [this, &world] {
                  world.expect(++running == 1, "two run");
                  world.yield();
                  --running;
              }) {}

        fiber::JobRegistry registry;
        int running = 0;
        fiber::Job<std::function<void()>> job;
    };
    const auto explored = explore({}, [](CodeWorld& world) {
        auto& state = world.make<State>(world);
        world.task("a", [&state] { state.job(); });
        world.task("b", [&state] { state.job(); });
    });
    EXPECT_THAT(explored, Holds());
}

TEST(Explore, SaysThatABodyDoesNotDoTheSameTwice) {
    int runs = 0;
    const auto explored = explore({}, [&runs](CodeWorld& world) {
        world.task("a", [&world, is_odd = ++runs % 2 == 1] {
            if (is_odd) {
                world.yield();
            }
        });
        world.task("b", [&world] { world.yield(); });
    });
    EXPECT_EQ(explored.verdict, Verdict::broken);
    EXPECT_THAT(explored.problem, HasSubstr("came out otherwise"));
}

TEST(Explore, RefusesWhatItCannotDo) {
    EXPECT_THAT(
        explore({.faults = {.raise = 1, .cancel = 0}}, &lose_an_update).problem,
        HasSubstr("throw in the body")
    );
}

TEST(Explore, SaysThatATaskEndedByAnError) {
    EXPECT_THAT(
        explore(
            {},
            [](CodeWorld& world) { world.task("a", [] { throw std::runtime_error("broken"); }); }
        ),
        IsViolated("a task ends by an error: broken")
    );
}

}  // namespace
}  // namespace interlock
