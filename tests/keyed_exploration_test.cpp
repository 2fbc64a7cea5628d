// Keyed jobs under every interleaving.
#include "core/job/keyed_job.hpp"
#include "tests/exploration.hpp"

#include <array>
#include <stdexcept>

#include <gtest/gtest.h>

namespace interlock {
namespace {

using test::explore_all;

struct Run {
    template <class Body>
    void operator()(int /*key*/, Body&& body) const {
        body();
    }
};

// Keys 0 and 1 in a job that remembers `keys_max` of them.
template <std::size_t keys_max>
class Keys : public test::Scene {
  public:
    using Scene::Scene;

    void call(int key, bool raises = false) {
        const auto index = static_cast<std::size_t>(key);
        ++on_their_way_.at(index);
        const auto outcome = job_.until(scheduler().stop_token()).call(key, [&] {
            struct Running {
                explicit Running(int& running) : count(running) { ++count; }
                ~Running() { --count; }
                int& count;
            } const running(running_.at(index));
            expect(running.count == 1, "two calls of one key run");
            scheduler().suspend();
            if (raises) {
                throw std::runtime_error("broken");
            }
        });
        see(outcome);
        const Refusal* const refusal = outcome.refusal();
        if (refusal != nullptr && refusal->reason == Reason::too_many_keys) {
            expect(on_their_way_.at(1 - index) > 0, "a key is refused though there is room");
        }
        const bool is_raised = outcome.status() == Status::failed;
        expect(!is_raised || raises, "a call fails by itself");
        expect(job_.size() <= keys_max, "too many keys are remembered");
        --on_their_way_.at(index);
    }

    void end() {
        for (const int key : {0, 1}) {
            const auto outcome = job_.before(now()).call(key, [] {});
            expect(outcome.ran(), "a key cannot be used when all is over");
        }
        expect(registry_.dump().empty(), "a lock is held when all is over");
    }

  private:
    fiber::JobRegistry registry_{scheduler().clock()};
    KeyedJob<FiberRuntime, int, Run> job_{
        registry_, "job", {.concurrency = Concurrency::queue}, Run{}, {.keys_max = keys_max}};
    std::array<int, 2> running_{};
    std::array<int, 2> on_their_way_{};
};

TEST(KeyedExploration, OfMoreKeysThanAreRemembered) {
    using Scene = Keys<1>;
    const auto explored = explore_all<Scene>({
        [](Scene& keys) { keys.call(0); },
        [](Scene& keys) { keys.call(0, true); },
        [](Scene& keys) { keys.call(1); },
        [](Scene& keys) { keys.scheduler().cancel(models::TaskId{0}); },
    });
    EXPECT_EQ(explored.problem, "");
    for (const char* const outcome : {"ran", "failed", "cancelled", "too_many_keys"}) {
        EXPECT_TRUE(explored.seen.contains(outcome)) << outcome;
    }
    EXPECT_GT(explored.executions, 100U);
}

TEST(KeyedExploration, OfKeysThatAllFit) {
    using Scene = Keys<2>;
    const auto explored = explore_all<Scene>({
        [](Scene& keys) { keys.call(0); },
        [](Scene& keys) {
            keys.call(0);
            keys.call(1);
        },
        [](Scene& keys) { keys.call(1); },
        [](Scene& keys) { keys.scheduler().cancel(models::TaskId{1}); },
    });
    EXPECT_EQ(explored.problem, "");
    EXPECT_FALSE(explored.seen.contains("too_many_keys"));
    EXPECT_GT(explored.executions, 100U);
}

}  // namespace
}  // namespace interlock
