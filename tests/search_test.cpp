// A search in parts: whatever the parts, and whoever explores them, the result is the same.
#include "models/units/frontier.hpp"
#include "models/units/merge.hpp"
#include "models/units/snapshot.hpp"
#include "models/units/unit.hpp"
#include "tests/searches.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

using test::by_threads;
using test::explore;
using test::judges_of;
using test::made_up;
using test::summary_of;
using test::whole_of;

// Explores part by part, some executions of each; all that is said goes as text, and parts come
// back late and in any order.
Result in_random_parts(const Program& program, CheckOptions options) {
    struct Answer {
        Subtree subtree;
        std::string snapshot;
    };
    const Unit search = unit_of(program, options);
    properties::Monitors monitors(program);
    Frontier frontier(everything());
    std::vector<Answer> answers;
    Result all;
    std::string problem;
    while (!frontier.is_empty() || !answers.empty()) {
        if (!frontier.is_empty() && answers.size() < 4 && *rc::gen::arbitrary<bool>()) {
            Unit sent = search;
            sent.subtree =
                *rc::gen::arbitrary<bool>() ? frontier.take_next() : frontier.take_largest();
            const auto unit = unit_from(text_of(sent), problem);
            RC_ASSERT(unit == std::optional(sent));
            options.start = unit->subtree;
            options.budget.executions = *rc::gen::inRange<std::uint64_t>(1, 40);
            const Result part = explore(program, options);
            RC_ASSERT(part.is_complete == part.rest.empty());
            answers.push_back({sent.subtree, text_of(snapshot_of(search, {}, part))});
        } else if (!answers.empty()) {
            const auto at =
                answers.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(answers));
            const auto snapshot = snapshot_from(at->snapshot, problem);
            RC_ASSERT(snapshot);
            Result part = std::get<Result>(result_of(*snapshot, program, monitors));
            frontier.put_back(at->subtree, part.rest, part.wanted);
            answers.erase(at);
            merge(all, std::move(part));
        }
    }
    all.is_complete = true;
    conclude(all);
    return all;
}

// All shards, each by itself, joined.
Result in_shards(const Program& program, const CheckOptions& options, std::uint32_t of) {
    Result all;
    for (std::uint32_t i = 1; i <= of; ++i) {
        Result part = search(program, judges_of(program), options, {.shard = {i, of}});
        EXPECT_TRUE(part.is_complete);
        merge(all, std::move(part));
    }
    all.is_complete = true;
    conclude(all);
    return all;
}

RC_GTEST_PROP(Search, ComesToTheSameInAnyParts, ()) {
    const auto [program, options] =
        made_up(*rc::gen::element(Strategy::exhaustive, Strategy::optimal));
    const auto whole = whole_of(program, options);
    RC_PRE(whole.has_value());
    RC_CLASSIFY(whole->executions > 100, "more than 100 executions");
    RC_CLASSIFY(!whole->violations.empty(), "violated");
    const Result parts = in_random_parts(program, options);
    RC_ASSERT(summary_of(parts) == summary_of(*whole));
    if (options.strategy == Strategy::exhaustive) {
        RC_ASSERT(std::abs(parts.explored - 1) < 1e-6);
    }
}

RC_GTEST_PROP(Search, ComesToTheSameByAnyNumberOfThreads, ()) {
    const auto [program, options] =
        made_up(*rc::gen::element(Strategy::exhaustive, Strategy::optimal));
    const auto whole = whole_of(program, options);
    RC_PRE(whole.has_value());
    const auto threads = *rc::gen::inRange<std::uint32_t>(2, 5);
    RC_ASSERT(
        summary_of(by_threads(program, options, threads)) ==
        summary_of(by_threads(program, options, 1))
    );
}

RC_GTEST_PROP(Search, ComesToTheSameInShards, ()) {
    const auto [program, options] = made_up();
    const auto whole = whole_of(program, options);
    RC_PRE(whole.has_value());
    const auto shards = *rc::gen::inRange<std::uint32_t>(2, 8);
    RC_ASSERT(summary_of(in_shards(program, options, shards)) == summary_of(*whole));
}

// The whole shipped library.
class Library : public testing::TestWithParam<Strategy> {};

TEST_P(Library, ComesToTheSameByThreadsAndInShards) {
    std::size_t explored = 0;
    for (const auto& entry : std::filesystem::directory_iterator(INTERLOCK_SCENARIOS)) {
        const auto read = read_scenario_file(entry.path().string());
        const auto& scenario = std::get<Scenario>(read);
        const auto compiled = compile(scenario);
        const auto& program = std::get<Program>(compiled);
        if (program.is_endless()) {
            continue;
        }
        CheckOptions options = options_of(scenario);
        options.strategy = GetParam();
        options.stop = Stop::never;
        const bool is_optimal = options.strategy == Strategy::optimal;
        if (is_optimal && options.time == TimeMode::all) {
            continue;
        }
        const auto whole = whole_of(program, options);
        if (!whole) {
            continue;
        }
        ++explored;
        EXPECT_EQ(
            summary_of(by_threads(program, options, 2)), summary_of(by_threads(program, options, 1))
        ) << entry.path();
        if (!is_optimal) {
            EXPECT_EQ(summary_of(in_shards(program, options, 7)), summary_of(*whole))
                << entry.path();
        }
    }
    EXPECT_GT(explored, 70U);
}

INSTANTIATE_TEST_SUITE_P(
    OfStrategies,
    Library,
    testing::Values(Strategy::exhaustive, Strategy::optimal),
    [](const auto& strategy) { return std::string(name_of(strategy.param)); }
);

}  // namespace
}  // namespace interlock::models
