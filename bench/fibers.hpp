// Fibers that contend for a lock, the same for the core and for its peers. They run on the main
// context under Boost's default round robin.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/fiber/fiber.hpp>

namespace interlock::bench {

// Who had the lock last, so that a benchmark of hand-overs measures nothing else.
class Turns {
  public:
    void take(int fiber) noexcept {
        repeats_ += fiber == last_ ? 1 : 0;
        last_ = fiber;
    }

    // Fails the benchmark if a fiber had the lock twice in a row.
    void check(benchmark::State& state) const;

  private:
    std::int64_t repeats_ = 0;
    int last_ = 0;
};

// `count` fibers that want a lock at the same time, again and again. They live as long as this, so
// that no round pays for launching them or for stacks that were never touched.
class Crowd {
  public:
    // `pass` takes the lock, waiting for it, and gives it back.
    Crowd(std::int64_t count, std::function<void()> pass);
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;
    ~Crowd();

    // Each goes to the lock, which the caller holds, and waits there when this returns.
    void gather();

    // Returns when each has had the lock since gather(); the caller has given it back.
    void wait_until_passed();

  private:
    void live();

    std::function<void()> pass_;
    std::vector<boost::fibers::fiber> fibers_;
    std::vector<boost::fibers::context*> parked_;
    boost::fibers::context* main_ = nullptr;  // while it waits for the last one
    std::int64_t left_ = 0;
    bool is_over_ = false;
};

}  // namespace interlock::bench
