#include "models/search.hpp"

#include "models/limits.hpp"
#include "models/minimise/shortened.hpp"
#include "models/scenario/world.hpp"
#include "models/units/pool.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>

namespace interlock::models {

namespace {

using SteadyTime = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_looks{50};
constexpr std::chrono::milliseconds between_serves{1};
constexpr std::chrono::milliseconds between_progress{100};

class Worker {
  public:
    Worker(const Program& program, Judge& judge, CheckOptions options, Pool& pool)
        : program_(program), judge_(judge), options_(std::move(options)), pool_(pool) {
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

// Looks after the workers until they are done; `serve`, if there is one, is called all the time.
void watch(
    Pool& pool,
    const CheckOptions& options,
    const Portion& portion,
    const std::function<void()>& serve,
    double seconds_before
) {
    const auto started = SteadyTime::now();
    SteadyTime::time_point last_look = started;
    SteadyTime::time_point last_progress = started;
    SteadyTime::time_point last_save = started;
    const auto between = std::min(between_looks, portion.between_saves);
    while (!pool.wait_for(serve ? between_serves : between)) {
        if (serve) {
            serve();
        }
        const auto now = SteadyTime::now();
        if (now - last_look < between) {
            continue;
        }
        last_look = now;
        std::string why = reason_to_stop(options.budget, options.interrupt, seconds_since(started));
        if (!why.empty()) {
            pool.end(std::move(why));
            continue;
        }
        const bool shows = options.on_progress && now - last_progress > between_progress;
        const bool saves = portion.save && now - last_save > portion.between_saves;
        if (!shows && !saves) {
            continue;
        }
        Result so_far = pool.so_far(serve);
        so_far.wall_s = seconds_before + seconds_since(started);
        if (shows) {
            last_progress = now;
            options.on_progress(so_far);
        }
        if (saves) {
            last_save = now;
            portion.save(so_far);
        }
    }
}

// What there is before the threads start.
Result beginning_of(
    const Program& program,
    const Judges& judges,
    const CheckOptions& options,
    const Portion& portion
) {
    if (portion.resumed) {
        return *portion.resumed;
    }
    Result before;
    before.rest = everything();
    before.guarantee = guarantee_of(options);
    if (portion.shard.of > 1) {
        const std::unique_ptr<Judge> judge = judges();
        Scheduler scheduler(options.scheduler);
        ScenarioWorld world(program, scheduler);
        before = cut(scheduler, world, *judge, options, portion.shard);
    }
    return before;
}

bool is_over(const Result& before, const CheckOptions& options) {
    return !before.why.empty() ||
           (options.stop == Stop::first &&
            std::any_of(before.violations.begin(), before.violations.end(), [&](const auto& v) {
                return !options.wanted || *options.wanted == v.finding.property;
            }));
}

}  // namespace

void shorten(Result& result, const Program& program, Judge& judge, const CheckOptions& options) {
    if (result.verdict != Verdict::violated || options.strategy == Strategy::replay ||
        options.strategy == Strategy::fifo) {
        return;
    }
    for (Violation& violation : result.violations) {
        violation = shortened(program, judge, violation, options);
    }
}

std::string problem_of_parts(
    const ExploreSpec& explore, std::uint32_t threads, bool is_in_portions, bool is_shard
) {
    if (threads == 0) {
        return "a search needs at least one thread";
    }
    if (threads == 1 && !is_in_portions && !is_shard) {
        return {};
    }
    std::string const strategy = "strategy '" + std::string(name_of(explore.strategy)) + "'";
    if (explore.strategy != Strategy::exhaustive && explore.strategy != Strategy::optimal) {
        return strategy +
               " runs in one piece and on one thread in this version; use --strategy optimal or "
               "exhaustive, or leave " +
               (threads > 1 ? "--threads" : "--shard, --checkpoint and --mpi") + " out";
    }
    if (explore.strategy == Strategy::optimal && explore.time == TimeMode::all) {
        return strategy +
               " with time 'all' runs in one piece and on one thread in this version; use "
               "--strategy exhaustive";
    }
    if (explore.strategy == Strategy::optimal && is_shard) {
        return strategy +
               " has no shards, as its parts need to know of each other; use --mpi or "
               "--checkpoint, or --strategy exhaustive";
    }
    return {};
}

Result search(
    const Program& program,
    const Judges& judges,
    const CheckOptions& options,
    const Portion& portion
) {
    if (options.threads == 1 && portion.shard.of == 1 && !portion.resumed && !portion.save &&
        portion.helpers == nullptr) {
        const std::unique_ptr<Judge> judge = judges();
        Result result = check(program, *judge, options);
        shorten(result, program, *judge, options);
        return result;
    }
    const auto started = SteadyTime::now();
    Result before = beginning_of(program, judges, options, portion);
    const double seconds_before = before.wall_s;
    const bool has_ended = is_over(before, options);
    std::string why = before.why;
    std::size_t const helpers = portion.helpers != nullptr ? portion.helpers->count() : 0;
    Pool pool(
        std::move(before), options.budget.executions, options.threads + helpers, options.dependence
    );
    if (has_ended) {
        pool.end(std::move(why));
    }
    std::vector<std::unique_ptr<Judge>> all_judges;
    std::vector<std::unique_ptr<Worker>> workers;
    for (std::uint32_t i = 0; i < options.threads; ++i) {
        all_judges.push_back(judges());
        workers.push_back(std::make_unique<Worker>(program, *all_judges.back(), options, pool));
    }
    std::function<void()> serve;
    if (helpers > 0) {
        all_judges.push_back(judges());
        serve = [&, search = unit_of(program, options)] {
            portion.helpers->serve(
                pool,
                [&](const Snapshot& snapshot) {
                    return result_of(snapshot, program, *all_judges.back(), options.scheduler);
                },
                search
            );
        };
    }
    for (const auto& worker : workers) {
        worker->start();
    }
    watch(pool, options, portion, serve, seconds_before);
    for (const auto& worker : workers) {
        worker->end();
    }
    Result result = pool.take_result();
    result.wall_s = seconds_before + seconds_since(started);
    if (portion.save && !pool.is_spoiled()) {
        portion.save(result);
    }
    if (portion.shard.of == 1) {  // else its violations are compared with those of others first
        shorten(result, program, *all_judges.front(), options);
    }
    return result;
}

}  // namespace interlock::models
