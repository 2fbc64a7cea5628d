#include "bench/threads.hpp"

#include "core/thread.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>
#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#endif

#include <benchmark/benchmark.h>
#include <boost/fiber/mutex.hpp>

namespace interlock::bench {

namespace {

using Clock = std::chrono::steady_clock;

// A thread that does nothing, so that the program has more than one: until then a mutex of the
// system, and what the core has in its place, need nothing atomic.
void be_among_threads() {
    std::thread([] {}).join();
}

void measure_mutex(benchmark::State& state) {
    be_among_threads();
    std::mutex mutex;
    benchmark::DoNotOptimize(&mutex);
    for (auto _ : state) {
        mutex.lock();
        benchmark::ClobberMemory();
        mutex.unlock();
    }
}

void measure_call(benchmark::State& state, const Policy& policy, bool is_among_threads) {
    if (is_among_threads) {
        be_among_threads();
    }
    thread::JobRegistry registry;
    thread::Job<Given> job(registry, "job", policy, Given{});
    benchmark::DoNotOptimize(&job);
    std::int64_t ran = 0;
    for (auto _ : state) {
        ran += job.call([] {}).ran() ? 1 : 0;
    }
    if (ran != static_cast<std::int64_t>(state.iterations())) {
        state.SkipWithError("some calls did not run");
    }
}

void spend(std::int64_t rounds) {
    for (std::int64_t i = 0; i < rounds; ++i) {
        benchmark::DoNotOptimize(i);
    }
}

// How many rounds take about 300 ns on this machine.
std::int64_t long_body() {
    constexpr std::int64_t many = 1'000'000;
    constexpr int rehearsals = 5;
    Clock::duration least = Clock::duration::max();
    for (int i = 0; i < rehearsals; ++i) {
        const auto begin = Clock::now();
        spend(many);
        least = std::min(least, Clock::now() - begin);
    }
    return many * std::chrono::nanoseconds(300) / least;
}

// Two processors that this program may use; fewer, if there are fewer.
std::vector<int> two_processors() {
    std::vector<int> found;
#ifdef __linux__
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof(allowed), &allowed);
    for (int i = 0; i < CPU_SETSIZE && found.size() < 2; ++i) {
        if (CPU_ISSET(i, &allowed)) {
            found.push_back(i);
        }
    }
#endif
    return found;
}

// Else the system may leave both threads on one processor for the whole of a short run, and then
// they do not contend, but take turns.
void stay_on([[maybe_unused]] int processor) {
#ifdef __linux__
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(processor, &only);
    pthread_setaffinity_np(pthread_self(), sizeof(only), &only);
#endif
}

// Two threads, each on a processor of its own, do `operation` over and over for a while. The time
// is that of all by the wall clock, for each operation; `share` is how many the slower of the two
// did for each of the faster.
template <class Operation>
void contend(benchmark::State& state, Operation operation) {
    constexpr auto length = std::chrono::milliseconds(20);
    const auto processors = two_processors();
    if (processors.size() < 2) {
        state.SkipWithError("needs two processors");
        return;
    }
    double share = 0;
    for (auto _ : state) {
        std::array<std::int64_t, 2> done{};
        std::barrier together(2);
        Clock::duration elapsed{};
        const auto run = [&](std::size_t self) {
            stay_on(processors.at(self));
            together.arrive_and_wait();
            const auto begin = Clock::now();
            std::int64_t count = 0;
            while (Clock::now() - begin < length) {
                for (int i = 0; i < 64; ++i) {
                    operation();
                }
                count += 64;
            }
            done.at(self) = count;
            if (self == 0) {
                elapsed = Clock::now() - begin;
            }
        };
        // The thread of the benchmarks itself may go on where it likes.
        std::thread one(run, 0);
        std::thread other(run, 1);
        one.join();
        other.join();
        const auto [least, most] = std::minmax(done[0], done[1]);
        share += static_cast<double>(least) / static_cast<double>(most);
        state.SetIterationTime(
            std::chrono::duration<double>(elapsed).count() / static_cast<double>(least + most)
        );
    }
    state.counters["share"] = share / static_cast<double>(state.iterations());
}

void contend_for_job(benchmark::State& state, bool is_long) {
    thread::JobRegistry registry;
    thread::Job<Given> job(registry, "job", {.concurrency = Concurrency::queue}, Given{});
    const std::int64_t rounds = is_long ? long_body() : 0;
    contend(state, [&] { benchmark::DoNotOptimize(job.call([&] { spend(rounds); }).ran()); });
}

template <class Mutex>
void contend_for_mutex(benchmark::State& state, bool is_long) {
    Mutex mutex;
    const std::int64_t rounds = is_long ? long_body() : 0;
    contend(state, [&] {
        std::lock_guard const guard(mutex);
        spend(rounds);
    });
}

// So many windows, whatever the suite counts.
template <class Function>
void add_contended(const Suite& suite, const std::string& name, Function function) {
    for (const bool is_long : {false, true}) {
        suite.add(name + (is_long ? "/300ns" : "/empty"), function, is_long)
            ->UseManualTime()
            ->Iterations(25);
    }
}

}  // namespace

void register_threads(const Suite& suite) {
    for (const bool is_among_threads : {false, true}) {
        const std::string prefix = is_among_threads ? "thread/among/" : "thread/job/";
        const auto add = [&](const std::string& name, Concurrency concurrency) {
            suite.add(
                prefix + name, measure_call, Policy{.concurrency = concurrency}, is_among_threads
            );
        };
        add("none", Concurrency::none);
        add("queue", Concurrency::queue);
        add("reject", Concurrency::reject);
    }
    suite.add("peer/std_mutex_among_threads", measure_mutex);
    add_contended(suite, "thread/contended/queue", contend_for_job);
    add_contended(suite, "peer/std_mutex_contended", contend_for_mutex<std::mutex>);
    add_contended(suite, "peer/boost_fibers_mutex_contended", contend_for_mutex<boost::fibers::mutex>);
}

}  // namespace interlock::bench
