// Fibers that move between threads, and threads that have fibers of their own.
#include "core/gate/shared_fiber_runtime.hpp"
#include "tests/stress.hpp"

#include <thread>
#include <vector>

#include <boost/fiber/algo/shared_work.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>

namespace interlock {
namespace {

// The address sanitizer does not know the stacks that Boost.Fiber switches between, and takes an
// exception on one of them for an overflow.
#ifdef __SANITIZE_ADDRESS__
constexpr bool throws = false;
#else
constexpr bool throws = true;
#endif
constexpr unsigned threads_max = 3;
constexpr unsigned fibers_each = 4;

template <class UseAlgorithm>
void run_fibers(UseAlgorithm use_algorithm) {
    test::Stress<SharedFiberRuntime> stress(throws);
    const auto end = std::chrono::steady_clock::now() + test::stress_time();
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < threads_max; ++thread) {
        threads.emplace_back([&, thread] {
            use_algorithm();
            std::vector<boost::fibers::fiber> fibers;
            for (unsigned fiber = 1; fiber <= fibers_each; ++fiber) {
                fibers.emplace_back([&, task = thread * fibers_each + fiber] {
                    while (std::chrono::steady_clock::now() < end) {
                        stress.run(
                            task, std::chrono::steady_clock::now() + std::chrono::milliseconds(1)
                        );
                        boost::this_fiber::yield();
                    }
                });
            }
            for (boost::fibers::fiber& fiber : fibers) {
                fiber.join();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    stress.expect_all_free_and_accounted_for();
}

TEST(FiberStress, EndsWithAllLocksFreeWhereThreadsShareTheirFibers) {
    run_fibers([] { boost::fibers::use_scheduling_algorithm<boost::fibers::algo::shared_work>(); });
}

TEST(FiberStress, EndsWithAllLocksFreeWhereFibersStayOnTheirThread) {
    run_fibers([] {});
}

}  // namespace
}  // namespace interlock
