// The litmus tests of the memory model: what a few threads may see of each other, exactly.
#include "models/threads/primitives.hpp"
#include "models/threads/search.hpp"

#include <functional>
#include <set>
#include <vector>

#include <gmock/gmock.h>

namespace interlock::models {
namespace {

using Outcomes = std::set<std::vector<int>>;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto seq_cst = std::memory_order_seq_cst;

struct Shared {
    ModelAtomic<int> x{0};
    ModelAtomic<int> y{0};
    std::vector<int> seen = std::vector<int>(4);
};

using Body = std::function<void(Shared&)>;

// What the threads, and then `at_end`, leave in `seen`, of which the first `count` count.
struct Litmus final : ThreadWorld {
    Litmus(const std::vector<Body>& run, const Body& at_end, std::size_t count, Outcomes& into)
        : bodies(run), last(at_end), size(count), outcomes(into) {}

    [[nodiscard]] std::size_t threads() const noexcept override { return bodies.size(); }
    void run(std::size_t thread) override { bodies[thread - 1](shared); }
    void end() override {
        last(shared);
        shared.seen.resize(size);
        outcomes.insert(shared.seen);
    }

    const std::vector<Body>& bodies;
    const Body& last;
    std::size_t size;
    Outcomes& outcomes;
    Shared shared;
};

Outcomes outcomes_of(
    const std::vector<Body>& bodies,
    std::size_t count,
    const Body& at_end = [](Shared&) {},
    Model model = Model::weak
) {
    Outcomes outcomes;
    const ThreadResult result = explore_threads(
        [&] { return std::make_unique<Litmus>(bodies, at_end, count, outcomes); }, {.model = model}
    );
    EXPECT_TRUE(result.is_complete);
    EXPECT_EQ(result.problem, "");
    return outcomes;
}

std::vector<Body> store_buffering(std::memory_order store, std::memory_order load) {
    return {
        [=](Shared& all) {
            all.x.store(1, store);
            all.seen[0] = all.y.load(load);
        },
        [=](Shared& all) {
            all.y.store(1, store);
            all.seen[1] = all.x.load(load);
        }};
}

// Both may see nothing, unless there is one order of all four.
TEST(WeakMemory, BuffersStores) {
    EXPECT_EQ(outcomes_of(store_buffering(relaxed, relaxed), 2).size(), 4U);
    EXPECT_EQ(outcomes_of(store_buffering(release, acquire), 2).size(), 4U);
    const Outcomes strict{{0, 1}, {1, 0}, {1, 1}};
    EXPECT_EQ(outcomes_of(store_buffering(seq_cst, seq_cst), 2), strict);
    const auto nothing = [](Shared&) {};
    EXPECT_EQ(
        outcomes_of(store_buffering(relaxed, relaxed), 2, nothing, Model::sequential), strict
    );
}

std::vector<Body> message_passing(std::memory_order store, std::memory_order load) {
    return {
        [=](Shared& all) {
            all.x.store(1, relaxed);
            all.y.store(1, store);
        },
        [=](Shared& all) {
            all.seen[0] = all.y.load(load);
            all.seen[1] = all.x.load(relaxed);
        }};
}

// Who has seen the flag sees the message, if the one released and the other acquired it.
TEST(WeakMemory, PassesMessages) {
    EXPECT_EQ(outcomes_of(message_passing(relaxed, relaxed), 2).size(), 4U);
    EXPECT_EQ(outcomes_of(message_passing(release, relaxed), 2).size(), 4U);
    EXPECT_EQ(outcomes_of(message_passing(relaxed, acquire), 2).size(), 4U);
    EXPECT_EQ(
        outcomes_of(message_passing(release, acquire), 2), (Outcomes{{0, 0}, {0, 1}, {1, 1}})
    );
}

// Who has seen a store never sees an older one: 3 of 4.
TEST(WeakMemory, ReadsOneLocationInOneDirection) {
    const std::vector<Body> bodies{
        [](Shared& all) { all.x.store(1, relaxed); },
        [](Shared& all) {
            all.seen[0] = all.x.load(relaxed);
            all.seen[1] = all.x.load(relaxed);
        }};
    EXPECT_EQ(outcomes_of(bodies, 2), (Outcomes{{0, 0}, {0, 1}, {1, 1}}));
}

// Two readers agree on the order of two stores: of 3 * 3 pairs of different values that each may
// see, those where one sees 1 then 2 and the other 2 then 1 are out.
TEST(WeakMemory, HasOneOrderOfTheStoresToALocation) {
    const Body read_first = [](Shared& all) {
        all.seen[0] = all.x.load(relaxed);
        all.seen[1] = all.x.load(relaxed);
    };
    const Body read_second = [](Shared& all) {
        all.seen[2] = all.x.load(relaxed);
        all.seen[3] = all.x.load(relaxed);
    };
    const std::vector<Body> bodies{
        [](Shared& all) { all.x.store(1, relaxed); },
        [](Shared& all) { all.x.store(2, relaxed); },
        read_first,
        read_second};
    const Outcomes outcomes = outcomes_of(bodies, 4);
    EXPECT_TRUE(outcomes.contains({1, 2, 1, 2}));
    EXPECT_TRUE(outcomes.contains({2, 1, 2, 1}));
    EXPECT_FALSE(outcomes.contains({1, 2, 2, 1}));
    EXPECT_FALSE(outcomes.contains({2, 1, 1, 2}));
    EXPECT_FALSE(outcomes.contains({1, 0, 0, 0}));
}

std::vector<Body> two_and_two_writes(std::memory_order order) {
    return {
        [=](Shared& all) {
            all.x.store(1, order);
            all.y.store(2, order);
        },
        [=](Shared& all) {
            all.y.store(1, order);
            all.x.store(2, order);
        }};
}

// Each first store may be the last of its location, both at once unless there is one order of all.
TEST(WeakMemory, MayStoreBeforeANewerStore) {
    const Body look = [](Shared& all) {
        all.seen[0] = all.x.load(relaxed);
        all.seen[1] = all.y.load(relaxed);
    };
    EXPECT_EQ(outcomes_of(two_and_two_writes(relaxed), 2, look).size(), 4U);
    EXPECT_EQ(outcomes_of(two_and_two_writes(release), 2, look).size(), 4U);
    EXPECT_EQ(
        outcomes_of(two_and_two_writes(seq_cst), 2, look), (Outcomes{{1, 2}, {2, 1}, {2, 2}})
    );
}

std::vector<Body> independent_reads(std::memory_order store, std::memory_order load) {
    return {
        [=](Shared& all) { all.x.store(1, store); },
        [=](Shared& all) { all.y.store(1, store); },
        [=](Shared& all) {
            all.seen[0] = all.x.load(load);
            all.seen[1] = all.y.load(load);
        },
        [=](Shared& all) {
            all.seen[2] = all.y.load(load);
            all.seen[3] = all.x.load(load);
        }};
}

// Two readers may see two independent stores in opposite orders, unless there is one order of all.
TEST(WeakMemory, ShowsIndependentStoresInAnyOrder) {
    EXPECT_EQ(outcomes_of(independent_reads(relaxed, relaxed), 4).size(), 16U);
    EXPECT_EQ(outcomes_of(independent_reads(release, acquire), 4).size(), 16U);
    const Outcomes strict = outcomes_of(independent_reads(seq_cst, seq_cst), 4);
    EXPECT_EQ(strict.size(), 15U);
    EXPECT_FALSE(strict.contains({1, 0, 1, 0}));
}

// An update reads the store just before it: of two, one sees the other's.
TEST(WeakMemory, UpdatesFollowEachOther) {
    const std::vector<Body> bodies{
        [](Shared& all) { all.seen[0] = all.x.exchange(1, relaxed); },
        [](Shared& all) { all.seen[1] = all.x.exchange(2, relaxed); }};
    EXPECT_EQ(outcomes_of(bodies, 2), (Outcomes{{0, 1}, {2, 0}}));
}

// A relaxed update hands on what the store before it released; a relaxed store does not.
TEST(WeakMemory, ReleasesThroughUpdates) {
    const auto passed_on = [](const Body& pass) {
        return outcomes_of(
            {[](Shared& all) {
                 all.x.store(1, relaxed);
                 all.y.store(1, release);
             },
             pass,
             [](Shared& all) {
                 all.seen[0] = all.y.load(acquire);
                 all.seen[1] = all.x.load(relaxed);
             }},
            2
        );
    };
    EXPECT_FALSE(passed_on([](Shared& all) {
                     int one = 1;
                     all.y.compare_exchange_strong(one, 2, relaxed, relaxed);
                 }).contains({2, 0}));
    EXPECT_TRUE(passed_on([](Shared& all) { all.y.store(2, relaxed); }).contains({2, 0}));
}

// What C++ allows and the model does not: loads that see what comes later.
TEST(WeakMemory, DoesNotBufferLoads) {
    const std::vector<Body> bodies{
        [](Shared& all) {
            all.seen[0] = all.x.load(relaxed);
            all.y.store(1, relaxed);
        },
        [](Shared& all) {
            all.seen[1] = all.y.load(relaxed);
            all.x.store(1, relaxed);
        }};
    EXPECT_EQ(outcomes_of(bodies, 2), (Outcomes{{0, 0}, {0, 1}, {1, 0}}));
}

// What is not atomic is seen to race, whatever the model, and not to where a message says so.
TEST(WeakMemory, SeesRaces) {
    const auto problem_of = [](std::memory_order store, std::memory_order load, Model model) {
        static const int data = 0;
        const std::vector<Body> bodies{
            [=](Shared& all) {
                Machine::current().touch(&data);
                all.y.store(1, store);
            },
            [=](Shared& all) {
                if (all.y.load(load) == 1) {
                    Machine::current().touch(&data);
                }
            }};
        Outcomes outcomes;
        const Body nothing = [](Shared&) {};
        return explore_threads(
                   [&] { return std::make_unique<Litmus>(bodies, nothing, 0, outcomes); },
                   {.model = model}
        )
            .problem;
    };
    for (const Model model : {Model::sequential, Model::weak}) {
        EXPECT_THAT(problem_of(relaxed, acquire, model), testing::HasSubstr("a data race"));
        EXPECT_THAT(problem_of(release, relaxed, model), testing::HasSubstr("a data race"));
        EXPECT_EQ(problem_of(release, acquire, model), "");
    }
}

// Of 2 threads that store to one location there are 2 classes, to two locations 1; of n threads
// that each do it twice to one, (2n)! / 2^n; the model that has one memory tells them apart
// exactly.
TEST(WeakMemory, RunsOneExecutionOfEachClass) {
    const auto executions = [](const std::vector<Body>& bodies) {
        Outcomes outcomes;
        const Body nothing = [](Shared&) {};
        const ThreadResult result = explore_threads(
            [&] { return std::make_unique<Litmus>(bodies, nothing, 0, outcomes); },
            {.model = Model::sequential}
        );
        EXPECT_TRUE(result.is_complete);
        return result.executions;
    };
    const Body to_x = [](Shared& all) { all.x.store(1, relaxed); };
    const Body to_y = [](Shared& all) { all.y.store(1, relaxed); };
    const Body twice = [](Shared& all) {
        all.x.store(1, relaxed);
        all.x.store(2, relaxed);
    };
    EXPECT_EQ(executions({to_x, to_x}), 2U);
    EXPECT_EQ(executions({to_x, to_y}), 1U);
    EXPECT_EQ(executions({twice, twice}), 6U);
    EXPECT_EQ(executions({twice, twice, twice}), 90U);
}

}  // namespace
}  // namespace interlock::models
