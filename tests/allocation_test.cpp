// What a call costs besides instructions: memory and looks at the clock.
#include "core/fiber.hpp"
#include "core/job/records.hpp"
#include "core/thread.hpp"

#include <cstdlib>
#include <functional>
#include <new>
#include <string_view>

#include <gtest/gtest.h>

namespace {

std::size_t allocations = 0;

}  // namespace

// Count what the tests allocate; not inlined, or GCC takes them for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): this is where memory comes from.
    if (void* const memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}

[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc)
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc)
}

namespace interlock {
namespace {

using namespace std::chrono_literals;

class CountingClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const noexcept override {
        ++reads_;
        return TimePoint{} + 1ms * reads_;
    }
    [[nodiscard]] int reads() const noexcept { return reads_; }

  private:
    mutable int reads_ = 0;
};

struct Run {
    template <class Body>
    void operator()(Body&& body) const {
        body();
    }
};

struct Cost {
    double allocations;
    double clock_reads;
};

// Of one of many calls, the first few apart: they may make room.
Cost cost_of(const CountingClock& clock, const std::function<void()>& call) {
    for (int i = 0; i < 20; ++i) {
        call();
    }
    constexpr int times = 1000;
    std::size_t const before = allocations;
    const int reads = clock.reads();
    for (int i = 0; i < times; ++i) {
        call();
    }
    return {
        static_cast<double>(allocations - before) / times,
        static_cast<double>(clock.reads() - reads) / times};
}

template <class R>
class Costs : public testing::Test {
  protected:
    CountingClock clock;
    JobRegistry<R> registry{clock};
    JobGroup<R> group{registry, "group"};
};

using Runtimes = testing::Types<FiberRuntime, ThreadRuntime>;
TYPED_TEST_SUITE(Costs, Runtimes);

TYPED_TEST(Costs, OfACallAreNothingButALookAtTheClockWhereThereIsAThrottle) {
    for (const auto concurrency :
         {Concurrency::none,
          Concurrency::reject,
          Concurrency::queue,
          Concurrency::group_reject,
          Concurrency::group_queue}) {
        for (const auto throttle :
             {Throttle::none,
              Throttle::throttle,
              Throttle::rate_limit,
              Throttle::group_throttle,
              Throttle::group_rate_limit}) {
            Policy policy{.concurrency = concurrency, .throttle = throttle};
            if (throttle != Throttle::none) {
                policy.period = 1ns;
            }
            if (is_rate_limit(throttle)) {
                policy.max_calls = 10;
            }
            auto job = decorate(this->registry, "job", policy, Run{});
            const Cost cost =
                cost_of(this->clock, [&] { EXPECT_TRUE(job.on(this->group).call([] {}).ran()); });
            EXPECT_EQ(cost.allocations, 0) << name_of(concurrency) << " " << name_of(throttle);
            EXPECT_EQ(cost.clock_reads, throttle == Throttle::none ? 0 : 1);
        }
    }
}

TYPED_TEST(Costs, OfARefusalAreNotMore) {
    auto reject = decorate(this->registry, "r", {.concurrency = Concurrency::reject}, Run{});
    auto grouped = decorate(this->registry, "g", {.concurrency = Concurrency::group_reject}, Run{});
    auto outside =
        decorate(this->registry, "o", {.concurrency = Concurrency::queue, .max_waiting = 0}, Run{});
    reject([&] {
        const Cost cost =
            cost_of(this->clock, [&] { EXPECT_EQ(reject.call([] {}).status(), Status::rejected); });
        EXPECT_EQ(cost.allocations, 0);
        EXPECT_EQ(cost.clock_reads, 0);
    });
    outside([&] {
        const Cost cost = cost_of(this->clock, [&] {
            EXPECT_EQ(outside.call([] {}).status(), Status::rejected);
        });
        EXPECT_EQ(cost.allocations, 0);
    });
    for (const auto throttle : {Throttle::throttle, Throttle::rate_limit}) {
        Policy policy{.throttle = throttle, .period = 24h};
        if (is_rate_limit(throttle)) {
            policy.max_calls = 10;
        }
        auto job = decorate(this->registry, "job", policy, Run{});
        const Cost cost = cost_of(this->clock, [&] { static_cast<void>(job.call([] {}).ran()); });
        EXPECT_FALSE(job.call([] {}).ran());
        EXPECT_EQ(cost.allocations, 0);
        EXPECT_EQ(cost.clock_reads, 1);
    }
}

TYPED_TEST(Costs, OfANestedCallAreNotMore) {
    auto outer = decorate(this->registry, "o", {.concurrency = Concurrency::group_queue}, Run{});
    auto inner = decorate(this->registry, "i", {.concurrency = Concurrency::group_queue}, Run{});
    outer.on(this->group)([&] {
        const Cost cost =
            cost_of(this->clock, [&] { EXPECT_TRUE(inner.on(this->group).call([] {}).ran()); });
        EXPECT_EQ(cost.allocations, 0);
        EXPECT_EQ(cost.clock_reads, 0);
    });
}

// However many there were before, and whether their records stay or go.
TYPED_TEST(Costs, OfARecordedCallAreALookAtTheClock) {
    JobRecords<TypeParam> records({.kept = {"kept"}, .kept_max = 10}, this->clock);
    JobRegistry<TypeParam> recorded(this->clock, &records);
    for (const char* const name : {"gone", "kept"}) {
        auto job = decorate(recorded, name, {.concurrency = Concurrency::queue}, Run{});
        const Cost cost = cost_of(this->clock, [&] { EXPECT_TRUE(job.call([] {}).ran()); });
        EXPECT_EQ(cost.allocations, 0) << name;
        EXPECT_EQ(cost.clock_reads, name == std::string_view("kept") ? 2 : 1);
    }
    EXPECT_EQ(records.size(), 10U);
}

}  // namespace
}  // namespace interlock
