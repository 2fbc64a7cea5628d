#include "models/search.hpp"

#include "models/limits.hpp"
#include "models/scenario/world.hpp"
#include "models/units/pool.hpp"

#include <chrono>
#include <limits>
#include <thread>

namespace interlock::models {

namespace {

using SteadyTime = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_looks{50};
constexpr std::chrono::milliseconds between_progress{100};

class Worker {
  public:
    Worker(const Program& program, Judge& judge, const CheckOptions& options, Pool& pool)
        : program_(program), judge_(judge), options_(options), pool_(pool) {
        options_.budget = {.executions = 0, .seconds = std::numeric_limits<double>::infinity()};
        options_.interrupt = {};
        options_.on_progress = {};
        options_.is_wanted_back = &pool.is_wanted_back();
    }

    void start() {
        thread_ = std::thread([this] { run(); });
    }

    // When the pool is over.
    void end() {
        if (is_stuck_) {
            thread_.detach();
        } else {
            thread_.join();
        }
    }

  private:
    void run() {
        Scheduler scheduler(options_.scheduler);
        ScenarioWorld world(program_, scheduler);
        while (auto loan = pool_.borrow()) {
            options_.start = loan->subtree;
            options_.budget.executions = loan->executions;
            Result part = check(scheduler, world, judge_, options_);
            is_stuck_ = scheduler.is_stuck();
            pool_.give_back(*loan, std::move(part));
            while (scheduler.is_stuck()) {
                std::this_thread::sleep_for(std::chrono::hours(1));  // it can never end in order
            }
        }
    }

    const Program& program_;
    Judge& judge_;
    CheckOptions options_;
    Pool& pool_;
    std::thread thread_;
    std::atomic<bool> is_stuck_ = false;
};

double seconds_since(SteadyTime::time_point then) {
    return std::chrono::duration<double>(SteadyTime::now() - then).count();
}

// Looks after the workers until they are done.
void watch(Pool& pool, const CheckOptions& options, SteadyTime::time_point started) {
    SteadyTime::time_point last_progress = started;
    while (!pool.wait_for(between_looks)) {
        std::string why = reason_to_stop(options.budget, options.interrupt, seconds_since(started));
        if (!why.empty()) {
            pool.end(std::move(why));
        }
        if (options.on_progress && SteadyTime::now() - last_progress > between_progress) {
            last_progress = SteadyTime::now();
            Result so_far = pool.so_far();
            so_far.wall_s = seconds_since(started);
            options.on_progress(so_far);
        }
    }
}

}  // namespace

std::string problem_of_threads(Strategy strategy, std::uint32_t threads) {
    if (threads == 0) {
        return "a search needs at least one thread";
    }
    if (threads > 1 && strategy != Strategy::exhaustive) {
        return "strategy '" + std::string(name_of(strategy)) +
               "' runs on one thread in this version; use --strategy exhaustive or leave "
               "--threads out";
    }
    return {};
}

Result search(const Program& program, const Judges& judges, const CheckOptions& options) {
    if (options.threads == 1) {
        const std::unique_ptr<Judge> judge = judges();
        return check(program, *judge, options);
    }
    const auto started = SteadyTime::now();
    Pool pool({options.start}, options.budget.executions, options.threads);
    std::vector<std::unique_ptr<Judge>> all_judges;
    std::vector<std::unique_ptr<Worker>> workers;
    for (std::uint32_t i = 0; i < options.threads; ++i) {
        all_judges.push_back(judges());
        workers.push_back(std::make_unique<Worker>(program, *all_judges.back(), options, pool));
    }
    for (const auto& worker : workers) {
        worker->start();
    }
    watch(pool, options, started);
    for (const auto& worker : workers) {
        worker->end();
    }
    Result result = pool.take_result();
    result.wall_s = seconds_since(started);
    return result;
}

}  // namespace interlock::models
