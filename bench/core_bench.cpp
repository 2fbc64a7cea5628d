// What a call costs, and what it costs to hand a lock over; the peers run beside it.
#include "bench/fibers.hpp"
#include "bench/peers.hpp"
#include "bench/threads.hpp"
#include "core/fiber.hpp"
#include "core/job/records.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include <benchmark/benchmark.h>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/future.hpp>

namespace interlock::bench {

namespace {

using namespace std::chrono_literals;

// Longer than any benchmark runs, and shorter than it takes to make two calls.
constexpr Duration for_ever = 1h;
constexpr Duration no_time = 1ns;

constexpr auto nothing = [] {};

// A job of `policy`, on a group if it needs one.
class Subject {
  public:
    explicit Subject(const Policy& policy, Observer* observer = nullptr)
        : registry_(SteadyClock::instance(), observer),
          group_(registry_, "group"),
          job_(registry_, "job", policy, Given{}) {
        benchmark::DoNotOptimize(this);
    }

    fiber::Job<Given>& job() noexcept { return job_; }
    fiber::JobRegistry& registry() noexcept { return registry_; }
    [[nodiscard]] const fiber::JobGroup& group() const noexcept { return group_; }

  private:
    fiber::JobRegistry registry_;
    fiber::JobGroup group_;
    fiber::Job<Given> job_;
};

// Measures `call`, which must come to `expected` every time. Its caller asks whether it ran. It is
// inlined, because programs have a call in one place.
template <class Call>
void measure(benchmark::State& state, Status expected, Call call) {
    if (call().status() != expected) {
        state.SkipWithError("the call does not come to what is measured");
    }
    std::int64_t ran = 0;
    for (auto _ : state) {
        const auto outcome = call();
        ran += outcome.ran() ? 1 : 0;
    }
    const auto iterations = static_cast<std::int64_t>(state.iterations());
    if (ran != (expected == Status::ran ? iterations : 0)) {
        state.SkipWithError("some calls did not come to what is measured");
    }
}

void measure_gate(benchmark::State& state, Admission::Reentry reentry, bool may_wait) {
    Gate<FiberRuntime> gate(reentry);
    benchmark::DoNotOptimize(&gate);
    CallFrame call;
    for (auto _ : state) {
        ++call.id.value;
        const auto entered = gate.enter(
            call,
            [&] { return Gate<FiberRuntime>::Terms{.how = {.may_wait = may_wait}}; },
            [](const auto& /*so_far*/) {}
        );
        benchmark::DoNotOptimize(entered.entry);
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(gate.leave(call));
    }
}

// Calls that run, or that are all refused by the throttle once `before` calls were made.
void measure_call(
    benchmark::State& state,
    const Policy& policy,
    Status expected = Status::ran,
    int before = 0,
    Observer* observer = nullptr
) {
    Subject subject(policy, observer);
    auto& job = subject.job();
    if (needs_group(policy)) {
        const auto& group = subject.group();
        for (int i = 0; i < before; ++i) {
            benchmark::DoNotOptimize(job.on(group).call(nothing));
        }
        measure(
            state,
            expected,
            [&]() __attribute__((always_inline)) { return job.on(group).call(nothing); }
        );
    } else {
        for (int i = 0; i < before; ++i) {
            benchmark::DoNotOptimize(job.call(nothing));
        }
        measure(
            state, expected, [&]() __attribute__((always_inline)) { return job.call(nothing); }
        );
    }
}

// The inner call only.
void measure_nested(benchmark::State& state) {
    Subject outer({.concurrency = Concurrency::group_queue});
    fiber::Job<Given> inner(
        outer.registry(), "inner", {.concurrency = Concurrency::group_queue}, Given{}
    );
    const auto& group = outer.group();
    outer.job().on(group)([&] {
        measure(
            state,
            Status::ran,
            [&]() __attribute__((always_inline)) { return inner.on(group).call(nothing); }
        );
    });
}

// Another fiber holds the lock all the time.
void measure_busy(benchmark::State& state, const Policy& policy) {
    Subject subject(policy);
    auto& job = subject.job();
    const auto& group = subject.group();
    boost::fibers::promise<void> is_over;
    boost::fibers::fiber holder(boost::fibers::launch::dispatch, [&] {
        job.on(group)([&] { is_over.get_future().wait(); });
    });
    if (needs_group(policy)) {
        measure(
            state,
            Status::rejected,
            [&]() __attribute__((always_inline)) { return job.on(group).call(nothing); }
        );
    } else {
        measure(
            state,
            Status::rejected,
            [&]() __attribute__((always_inline)) { return job.call(nothing); }
        );
    }
    is_over.set_value();
    holder.join();
}

void measure_observed(benchmark::State& state) {
    struct Counter final : Observer {
        std::int64_t events = 0;
        void on_event(const Event& /*event*/) noexcept override { ++events; }
    } counter;
    measure_call(state, {.concurrency = Concurrency::queue}, Status::ran, 0, &counter);
    benchmark::DoNotOptimize(counter.events);
}

// With a record of each call, which goes with it or stays as one of the newest hundred.
void measure_recorded(benchmark::State& state, bool is_kept) {
    RecordOptions options;
    if (is_kept) {
        options.kept.emplace("job");
    }
    JobRecords<FiberRuntime> records(std::move(options));
    measure_call(state, {.concurrency = Concurrency::queue}, Status::ran, 0, &records);
    benchmark::DoNotOptimize(records.size());
}

// Two fibers call a job in turns: each call finds it running in the other fiber, and waits.
void measure_hand_over(benchmark::State& state) {
    Subject subject({.concurrency = Concurrency::queue});
    auto& job = subject.job();
    Turns turns;
    bool is_over = false;
    std::optional<boost::fibers::fiber> other;
    job([&] {
        other.emplace(boost::fibers::launch::dispatch, [&] {
            while (!is_over) {
                job([&] { turns.take(2); });
            }
        });
    });
    while (state.KeepRunningBatch(2)) {  // to this fiber, and to the other
        job([&] { turns.take(1); });
    }
    is_over = true;
    other->join();
    turns.check(state);
}

// One iteration is one waiter whose turn comes; until all of them wait, time stands still.
void measure_drain(benchmark::State& state) {
    Subject subject({.concurrency = Concurrency::queue});
    auto& job = subject.job();
    Crowd crowd(state.range(0), [&] { job(nothing); });
    while (state.KeepRunningBatch(state.range(0))) {
        state.PauseTiming();
        job([&] {
            crowd.gather();
            state.ResumeTiming();
        });
        crowd.wait_until_passed();
    }
}

void register_gates(const Suite& suite) {
    using Reentry = Admission::Reentry;
    suite.add("gate/queue", measure_gate, Reentry::none, true);
    suite.add("gate/reject", measure_gate, Reentry::none, false);
    suite.add("gate/group_queue", measure_gate, Reentry::descendants, true);
}

void register_call(
    const Suite& suite,
    const std::string& name,
    const Policy& policy,
    Status expected = Status::ran,
    int before = 0
) {
    suite.add("job/" + name, measure_call, policy, expected, before, nullptr);
}

// A throttle that is always passed has a period that is over when the next call comes; one that
// always refuses has one that never is, and was used up before.
void register_throttles(
    const Suite& suite, const std::string& prefix, Throttle throttle, Throttle rate_limit
) {
    register_call(suite, prefix + "throttle_pass", {.throttle = throttle, .period = no_time});
    register_call(
        suite,
        prefix + "throttle_skip",
        {.throttle = throttle, .period = for_ever},
        Status::throttled,
        1
    );
    register_call(
        suite,
        prefix + "rate_limit_10_pass",
        {.throttle = rate_limit, .period = no_time, .max_calls = 10},
        Status::ran,
        10
    );
    register_call(
        suite,
        prefix + "rate_limit_10_refuse",
        {.throttle = rate_limit, .period = for_ever, .max_calls = 10},
        Status::rate_limited,
        10
    );
    register_call(
        suite,
        prefix + "rate_limit_100_pass",
        {.throttle = rate_limit, .period = no_time, .max_calls = 100},
        Status::ran,
        100
    );
}

void register_calls(const Suite& suite) {
    register_call(suite, "none", {});
    register_call(suite, "queue", {.concurrency = Concurrency::queue});
    register_call(suite, "reject", {.concurrency = Concurrency::reject});
    register_call(suite, "group_queue", {.concurrency = Concurrency::group_queue});
    register_call(suite, "group_reject", {.concurrency = Concurrency::group_reject});
    suite.add("job/group_nested", measure_nested);
    suite.add("job/reject_busy", measure_busy, Policy{.concurrency = Concurrency::reject});
    suite.add(
        "job/group_reject_busy", measure_busy, Policy{.concurrency = Concurrency::group_reject}
    );
    register_throttles(suite, "", Throttle::throttle, Throttle::rate_limit);
    register_throttles(suite, "group_", Throttle::group_throttle, Throttle::group_rate_limit);
    register_call(
        suite,
        "queue_rate_limit_10_pass",
        {.concurrency = Concurrency::queue,
         .throttle = Throttle::rate_limit,
         .period = no_time,
         .max_calls = 10},
        Status::ran,
        10
    );
    suite.add("job/queue_observed", measure_observed);
    suite.add("job_recorded/queue", measure_recorded, false);
    suite.add("job_recorded/queue_kept", measure_recorded, true);
    suite.add("hand_over/queue", measure_hand_over);
    suite.add("drain/queue", measure_drain)->Arg(1'000)->Arg(10'000);
}

}  // namespace

}  // namespace interlock::bench

// core_bench [--iterations=N] [options of Google Benchmark]
int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
    constexpr std::string_view option = "--iterations=";
    std::int64_t iterations = 0;
    if (arguments.size() > 1 && std::string_view(arguments[1]).starts_with(option)) {
        iterations = std::atoll(std::string_view(arguments[1]).substr(option.size()).data());
        arguments[1] = arguments[0];
        arguments = arguments.subspan(1);
    }
    if (benchmark::ReportUnrecognizedArguments(
            static_cast<int>(arguments.size()), arguments.data()
        )) {
        return 1;
    }
    interlock::bench::Suite const suite(iterations);
    interlock::bench::register_peers(suite);
    interlock::bench::register_gates(suite);
    interlock::bench::register_calls(suite);
    interlock::bench::register_threads(suite);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
