// Where benchmarks are registered.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

namespace interlock::bench {

// The body of a job is what it is called with: nothing, where nothing else is said.
struct Given {
    template <class Body>
    void operator()(Body&& body) const {
        std::forward<Body>(body)();
    }
};

class Suite {
  public:
    // Every benchmark runs `iterations` times, once, so that a count of instructions is exact; 0:
    // for as long as it takes to measure its time.
    explicit Suite(std::int64_t iterations) noexcept : iterations_(iterations) {}

    // `function` is called with the state and `args`.
    template <class Function, class... Args>
    benchmark::internal::Benchmark* add(
        const std::string& name, Function&& function, const Args&... args
    ) const {
        auto* const added = benchmark::RegisterBenchmark(
            name.c_str(),
            [function = std::forward<Function>(function), args...](benchmark::State& state) {
                function(state, args...);
            }
        );
        return iterations_ > 0 ? added->Iterations(iterations_) : added;
    }

  private:
    std::int64_t iterations_;
};

}  // namespace interlock::bench
