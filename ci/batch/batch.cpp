#include "ci/batch/batch.hpp"

#include "ci/command/progress.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <fmt/format.h>
#include <mutex>
#include <thread>

namespace interlock::ci {

namespace {

using SteadyTime = std::chrono::steady_clock;

class Batch {
  public:
    Batch(const std::vector<std::string>& files, const BatchOptions& options)
        : files_(files), options_(options), done_(files.size()) {}

    std::vector<Ran> run() {
        std::vector<std::thread> helpers;
        for (std::size_t i = 1; i < std::min(options_.jobs, files_.size()); ++i) {
            helpers.emplace_back([this] { work(); });
        }
        work();
        for (std::thread& helper : helpers) {
            helper.join();
        }
        if (error_) {
            std::rethrow_exception(error_);
        }
        std::vector<Ran> all;
        for (std::optional<Ran>& one : done_) {
            if (one) {
                all.push_back(std::move(*one));
            }
        }
        return all;
    }

  private:
    void work() noexcept {
        try {
            run_next();
        } catch (...) {
            const std::lock_guard guard(mutex_);
            error_ = error_ ? error_ : std::current_exception();
            next_ = files_.size();
        }
    }

    void run_next() {
        while (!interrupt_token().stop_requested()) {
            const std::size_t index = next_.fetch_add(1);
            if (index >= files_.size()) {
                return;
            }
            Ran ran = run_one(files_[index]);
            const std::lock_guard guard(mutex_);
            done_[index] = std::move(ran);
            for (; told_ < done_.size() && done_[told_]; ++told_) {
                if (options_.on_done) {
                    options_.on_done(*done_[told_]);
                }
            }
        }
    }

    [[nodiscard]] Ran run_one(const std::string& file) const {
        auto loaded = load(file, options_.overrides);
        if (auto* problem = std::get_if<std::string>(&loaded)) {
            return std::move(*problem);
        }
        if (options_.cache != nullptr) {
            if (auto known = options_.cache->find(std::get<Loaded>(loaded))) {
                return std::move(*known);
            }
        }
        Overrides overrides = options_.overrides;
        if (options_.seconds) {
            const double left = *options_.seconds - seconds();
            if (left <= 0) {
                return examine(given_up(std::get<Loaded>(std::move(loaded))));
            }
            const double own = std::get<Loaded>(loaded).scenario.explore.budget.seconds;
            overrides.seconds = std::min(overrides.seconds.value_or(own), left);
        }
        auto ran = ci::run(std::get<Loaded>(std::move(loaded)), overrides);
        if (auto* problem = std::get_if<std::string>(&ran)) {
            return std::move(*problem);
        }
        Examined examined = examine(std::get<Checked>(std::move(ran)));
        if (options_.cache != nullptr) {
            options_.cache->keep(examined);
        }
        return examined;
    }

    [[nodiscard]] Checked given_up(Loaded loaded) const {
        Checked checked;
        checked.loaded = std::move(loaded);
        checked.strategy = checked.loaded.scenario.explore.strategy;
        checked.result.verdict = models::Verdict::gave_up;
        checked.result.why = fmt::format("the time of {} s for all is over", *options_.seconds);
        return checked;
    }

    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(SteadyTime::now() - started_).count();
    }

    const std::vector<std::string>& files_;
    const BatchOptions& options_;
    const SteadyTime::time_point started_ = SteadyTime::now();
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;
    std::vector<std::optional<Ran>> done_;  // guarded by mutex_
    std::size_t told_ = 0;                  // guarded by mutex_: so many were
    std::exception_ptr error_;              // guarded by mutex_: such as that nobody reads on
};

}  // namespace

std::vector<Ran> run_batch(const std::vector<std::string>& files, const BatchOptions& options) {
    return Batch(files, options).run();
}

}  // namespace interlock::ci
