// How many executions a second the search runs, as users get it: every property watched.
#include "models/scenario/world.hpp"
#include "models/search.hpp"
#include "properties/monitors.hpp"

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

namespace interlock::bench {

namespace {

using models::Steps;

models::Program compiled(const models::Scenario& scenario) {
    auto program = models::compile(scenario);
    if (const auto* problem = std::get_if<models::Diagnostic>(&program)) {
        std::fprintf(stderr, "%s\n", problem->message.c_str());
        std::abort();
    }
    return std::get<models::Program>(std::move(program));
}

models::Scenario scenario_of(Concurrency concurrency, Steps steps, std::uint32_t tasks) {
    models::Scenario scenario;
    scenario.name = "benchmark";
    const Steps work{{{}, models::WorkStep{}}};
    if (concurrency != Concurrency::none) {
        scenario.jobs = {{"job", {}, {.concurrency = concurrency}, {}, {}, work}};
    }
    if (is_group(concurrency)) {
        scenario.groups = {{"g", {}}};
    }
    scenario.tasks = {{"task", {}, std::move(steps), tasks}};
    return scenario;
}

// Of "job", on no group if that is empty.
Steps call_on(const std::string& group, std::optional<Steps> body = {}) {
    models::CallStep call;
    call.job = "job";
    call.group = group;
    call.body = std::move(body);
    return {{{}, std::move(call)}};
}

Steps mutex_steps() {
    return {{{}, models::HoldStep{"m"}}, {{}, models::UnholdStep{"m"}}};
}

// Whole searches, one after the other, on one scheduler: small trees would else measure its making.
void explore(
    benchmark::State& state, const models::Scenario& scenario, const models::CheckOptions& options
) {
    models::Program const program = compiled(scenario);
    models::Scheduler scheduler(options.scheduler);
    models::ScenarioWorld world(program, scheduler);
    properties::Monitors monitors(program);
    std::uint64_t executions = 0;
    std::uint64_t turns = 0;
    std::uint64_t tree = 0;
    std::uint64_t states = 0;
    for (auto _ : state) {
        models::Result const result = models::check(scheduler, world, monitors, options);
        if (!result.violations.empty()) {
            state.SkipWithError("a property is violated");
        }
        tree = result.executions;
        states = result.guarantee.states.value_or(0);
        executions += result.executions;
        turns += result.steps;
    }
    using benchmark::Counter;
    state.counters["executions_per_second"] =
        Counter(static_cast<double>(executions), Counter::kIsRate);
    state.counters["steps_per_second"] = Counter(static_cast<double>(turns), Counter::kIsRate);
    state.counters["executions"] = static_cast<double>(tree);
    if (states != 0) {
        state.counters["states"] = static_cast<double>(states);
    }
}

// One search by so many threads.
void explore_by_threads(benchmark::State& state, const models::Scenario& scenario) {
    models::Program const program = compiled(scenario);
    models::CheckOptions options{.stop = models::Stop::never};
    options.budget.executions = 10'000'000;
    options.threads = static_cast<std::uint32_t>(state.range(0));
    std::uint64_t executions = 0;
    for (auto _ : state) {
        models::Result const result = models::search(
            program, [&] { return std::make_unique<properties::Monitors>(program); }, options
        );
        if (result.verdict != models::Verdict::holds) {
            state.SkipWithError("it does not hold");
        }
        executions = result.executions;
    }
    state.counters["executions_per_second"] = benchmark::Counter(
        static_cast<double>(executions), benchmark::Counter::kIsIterationInvariantRate
    );
    state.counters["executions"] = static_cast<double>(executions);
}

void add(
    const std::string& name, const models::Scenario& scenario, const models::CheckOptions& options
) {
    benchmark::RegisterBenchmark(
        (name + "/" + std::to_string(scenario.tasks.front().count)).c_str(),
        [=](benchmark::State& state) { explore(state, scenario, options); }
    );
}

void add_all() {
    models::CheckOptions const exhaustive{.stop = models::Stop::never};
    const auto queue = [](std::uint32_t tasks) {
        return scenario_of(Concurrency::queue, call_on(""), tasks);
    };
    for (std::uint32_t const tasks : {2U, 3U, 4U}) {
        add("exhaustive/queue", queue(tasks), exhaustive);
    }
    for (std::uint32_t const tasks : {3U, 4U}) {
        add("exhaustive/mutex", scenario_of(Concurrency::none, mutex_steps(), tasks), exhaustive);
    }
    models::CheckOptions optimal{
        .strategy = models::Strategy::optimal, .stop = models::Stop::never};
    optimal.budget.executions = 10'000'000;  // 10! is more than the default
    for (std::uint32_t const tasks : {3U, 4U, 5U, 6U}) {
        add("optimal/queue", queue(tasks), optimal);
    }
    for (std::uint32_t tasks = 2; tasks <= 10; ++tasks) {
        add("optimal/mutex", scenario_of(Concurrency::none, mutex_steps(), tasks), optimal);
    }
    // Identical tasks: states grow with the square of their number.
    models::CheckOptions const stateful{
        .strategy = models::Strategy::stateful, .stop = models::Stop::never};
    for (std::uint32_t const tasks : {3U, 6U, 12U, 24U, 30U}) {
        add("stateful/queue", queue(tasks), stateful);
        add("stateful/group_queue",
            scenario_of(Concurrency::group_queue, call_on("g"), tasks),
            stateful);
    }
    add("exhaustive/group_nested",
        scenario_of(Concurrency::group_queue, call_on("g", call_on("g")), 3),
        exhaustive);
    // Four tasks of three turns on a mutex, 6,720 orders, and one of three turns anywhere between
    // them: 6,720 * 15! / (12! 3!) = 3,057,600.
    models::Scenario large = scenario_of(Concurrency::none, mutex_steps(), 4);
    large.tasks.push_back({"other", {}, {{{}, models::WorkStep{2}}}});
    benchmark::RegisterBenchmark(
        "exhaustive_threads/mutex_and_work",
        [=](benchmark::State& state) { explore_by_threads(state, large); }
    )
        ->DenseRange(1, 2)
        ->Unit(benchmark::kSecond)
        ->UseRealTime();
    models::CheckOptions random{.strategy = models::Strategy::random};
    random.budget.executions = 1000;
    add("random/queue", queue(3), random);
    add("fifo/queue", queue(3), {.strategy = models::Strategy::fifo});
    // A protected stack costs more to make than an execution to run.
    models::CheckOptions unpooled = exhaustive;
    unpooled.scheduler.pooled = false;
    add("exhaustive_unpooled/queue", queue(3), unpooled);
}

}  // namespace

}  // namespace interlock::bench

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 1;
    }
    interlock::bench::add_all();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
