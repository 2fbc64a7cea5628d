#include "bench/peers.hpp"

#include "bench/fibers.hpp"

#include <chrono>
#include <mutex>

#include <benchmark/benchmark.h>
#include <boost/fiber/mutex.hpp>
#include <boost/fiber/operations.hpp>
#include <boost/fiber/recursive_mutex.hpp>

namespace interlock::bench {

namespace {

// The process has one thread, as a program on fibers does. glibc's mutex is cheaper then.
template <class Mutex>
void lock_and_unlock(benchmark::State& state) {
    Mutex mutex;
    benchmark::DoNotOptimize(&mutex);
    for (auto _ : state) {
        mutex.lock();
        benchmark::ClobberMemory();
        mutex.unlock();
    }
}

void nested_lock_and_unlock(benchmark::State& state) {
    boost::fibers::recursive_mutex mutex;
    std::lock_guard const outer(mutex);
    for (auto _ : state) {
        mutex.lock();
        benchmark::ClobberMemory();
        mutex.unlock();
    }
}

// Every lock() finds the mutex held and waits for it. This mutex frees rather than hands over, so
// that takes two more turns: the holder must let the other come and wait, and, once it has given
// the mutex back, must let the other take it before it asks again itself.
void hand_over(benchmark::State& state) {
    boost::fibers::mutex mutex;
    Turns turns;
    bool is_over = false;
    const auto pass = [&](int fiber) {
        mutex.lock();
        turns.take(fiber);
        boost::this_fiber::yield();
        mutex.unlock();
        boost::this_fiber::yield();
    };
    boost::fibers::fiber other(boost::fibers::launch::dispatch, [&] {
        while (!is_over) {
            pass(2);
        }
    });
    while (state.KeepRunningBatch(2)) {  // to this fiber, and to the other
        pass(1);
    }
    is_over = true;
    other.join();
    turns.check(state);
}

// One iteration is one waiter that gets the mutex; until all of them wait, time stands still.
void drain(benchmark::State& state) {
    boost::fibers::mutex mutex;
    Crowd crowd(state.range(0), [&] { std::lock_guard const lock(mutex); });
    while (state.KeepRunningBatch(state.range(0))) {
        state.PauseTiming();
        {
            std::lock_guard const lock(mutex);
            crowd.gather();
            state.ResumeTiming();
        }
        crowd.wait_until_passed();
    }
}

void read_steady_clock(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(std::chrono::steady_clock::now());
    }
}

}  // namespace

void register_peers(const Suite& suite) {
    suite.add("peer/std_mutex", lock_and_unlock<std::mutex>);
    suite.add("peer/std_recursive_mutex", lock_and_unlock<std::recursive_mutex>);
    suite.add("peer/boost_fibers_mutex", lock_and_unlock<boost::fibers::mutex>);
    suite.add("peer/boost_fibers_recursive_mutex_nested", nested_lock_and_unlock);
    suite.add("peer/boost_fibers_mutex_hand_over", hand_over);
    suite.add("peer/boost_fibers_mutex_drain", drain)->Arg(1'000)->Arg(10'000);
    suite.add("peer/steady_clock", read_steady_clock);
}

}  // namespace interlock::bench
