// Threads of the system, all on one registry.
#include "core/gate/thread_runtime.hpp"
#include "tests/stress.hpp"

#include <thread>
#include <vector>

namespace interlock {
namespace {

TEST(ThreadStress, EndsWithAllLocksFreeAndCountersThatAddUp) {
    test::Stress<ThreadRuntime> stress;
    const auto end = std::chrono::steady_clock::now() + test::stress_time();
    std::vector<std::thread> threads;
    for (unsigned task = 1; task <= 6; ++task) {
        threads.emplace_back([&, task] { stress.run(task, end); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    stress.expect_all_free_and_accounted_for();
}

}  // namespace
}  // namespace interlock
