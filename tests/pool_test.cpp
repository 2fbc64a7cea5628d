// The pool under threads that explore a tree of numbers: no fibers, so that the thread sanitizer
// sees it all.
#include "models/units/pool.hpp"

#include <thread>
#include <utility>

#include <gtest/gtest.h>

namespace interlock::models {
namespace {

// The executions of a part of a tree: all paths of `depth` choices out of as many as the last
// choice says, and one more. Gives back what is left after so many, or when it is wanted.
class Explorer {
  public:
    Explorer(std::size_t depth, const Pool& pool) : depth_(depth), pool_(pool) {}

    Result explore(const Pool::Loan& loan) {
        result_ = {};
        root_ = loan.subtree.path.size();
        executions_ = loan.executions;
        is_going_back_ = false;
        descend(loan.subtree.path);
        result_.is_complete = result_.rest.empty();
        return std::move(result_);
    }

  private:
    void descend(const std::vector<Choice>& path) {
        const auto depth = static_cast<std::uint32_t>(path.size());
        const Planned turn{path.empty() ? Choice() : path.back()};
        if (is_going_back_) {
            result_.rest.push_back({depth, Branch::Kind::left, turn});
            return;
        }
        if (path.size() == depth_) {
            ++result_.executions;
            result_.outcomes.insert({path.back().task.value});
            is_going_back_ = result_.executions == executions_ ||
                             pool_.is_wanted_back().load(std::memory_order_relaxed);
            return;
        }
        if (path.size() > root_) {
            result_.rest.push_back({depth, Branch::Kind::inner, turn});
        }
        std::size_t const before = result_.rest.size();
        std::uint8_t const last = path.empty() ? 2 : path.back().task.value;
        for (std::uint8_t next = 0; next <= last + 1; ++next) {
            std::vector<Choice> deeper = path;
            deeper.emplace_back(TaskId{next});
            descend(deeper);
        }
        if (path.size() > root_ && result_.rest.size() == before) {
            result_.rest.pop_back();
        }
    }

    std::size_t depth_;
    std::size_t root_ = 0;
    const Pool& pool_;
    Result result_;
    std::uint64_t executions_ = 0;
    bool is_going_back_ = false;
};

Result beginning() {
    Result nothing;
    nothing.rest = everything();
    return nothing;
}

Result explored(std::size_t depth, std::uint64_t budget, std::size_t threads, bool is_watched) {
    Pool pool(beginning(), budget, threads);
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < threads; ++i) {
        workers.emplace_back([&] {
            Explorer explorer(depth, pool);
            while (const auto loan = pool.borrow()) {
                pool.give_back(*loan, explorer.explore(*loan));
            }
        });
    }
    std::uint64_t seen = 0;
    while (!pool.wait_for(std::chrono::milliseconds(is_watched ? 0 : 1000))) {
        const Result so_far = pool.so_far();
        EXPECT_GE(so_far.executions, seen);
        seen = so_far.executions;
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
    return pool.take_result();
}

TEST(Pool, HandsOutEachPartOnce) {
    const Result one = explored(9, 1'000'000, 1, false);
    EXPECT_EQ(one.verdict, Verdict::holds);
    EXPECT_GT(one.executions, 10'000U);
    for (std::size_t const threads : {2U, 3U, 7U}) {
        for (const bool is_watched : {false, true}) {
            const Result result = explored(9, 1'000'000, threads, is_watched);
            EXPECT_TRUE(result.is_complete);
            EXPECT_EQ(result.executions, one.executions);
            EXPECT_EQ(result.outcomes, one.outcomes);
        }
    }
}

TEST(Pool, HandsOutNoMoreThanTheBudget) {
    for (std::uint64_t const budget : {1U, 5U, 999U}) {
        const Result result = explored(9, budget, 3, true);
        EXPECT_EQ(result.executions, budget);
        EXPECT_EQ(result.verdict, Verdict::gave_up);
        EXPECT_FALSE(result.rest.empty());
    }
}

TEST(Pool, EndsForAReason) {
    Pool pool(beginning(), 10, 1);
    const auto loan = pool.borrow();
    ASSERT_TRUE(loan);
    pool.end("enough");
    EXPECT_TRUE(pool.is_wanted_back());
    EXPECT_FALSE(pool.wait_for(std::chrono::milliseconds(0)));
    Result part;
    const Branches left{{1, Branch::Kind::left, {TaskId{1}}}};
    part.rest = left;
    pool.give_back(*loan, std::move(part));
    EXPECT_TRUE(pool.wait_for(std::chrono::milliseconds(0)));
    EXPECT_FALSE(pool.borrow());
    const Result result = pool.take_result();
    EXPECT_EQ(result.verdict, Verdict::gave_up);
    EXPECT_EQ(result.why, "enough");
    EXPECT_EQ(result.rest, left);
}

TEST(Pool, EndsWithAPartThatBroke) {
    Pool pool(beginning(), 10, 1);
    const auto loan = pool.borrow();
    ASSERT_TRUE(loan);
    Result part;
    part.verdict = Verdict::broken;
    part.why = "a replay diverged";
    pool.give_back(*loan, std::move(part));
    EXPECT_FALSE(pool.borrow());
    const Result result = pool.take_result();
    EXPECT_EQ(result.verdict, Verdict::broken);
    EXPECT_EQ(result.why, "a replay diverged");
}

}  // namespace
}  // namespace interlock::models
