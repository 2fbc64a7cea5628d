// What was seen in parts is what was seen.
#include "models/trace/coverage.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::models {
namespace {

struct Execution {
    std::uint64_t order = 0;
    std::uint64_t turns = 0;
};

std::vector<Execution> some_executions() {
    return *rc::gen::container<std::vector<Execution>>(rc::gen::exec([] {
        return Execution{
            *rc::gen::inRange<std::uint64_t>(0, 30), *rc::gen::inRange<std::uint64_t>(1, 9)};
    }));
}

Coverage seen_nothing(std::size_t most) {
    Coverage coverage;
    coverage.orders = Sightings(most);
    return coverage;
}

// Of executions from `from` on, up to `to`; at most so many orders are told apart.
Coverage seen_in(
    const std::vector<Execution>& executions, std::size_t from, std::size_t to, std::size_t most
) {
    Coverage coverage = seen_nothing(most);
    for (std::size_t i = from; i < to; ++i) {
        coverage.count(executions[i].turns);
        coverage.orders.add(executions[i].order, coverage.executions);
    }
    return coverage;
}

RC_GTEST_PROP(Coverage, IsTheSameInAnyParts, ()) {
    const auto executions = some_executions();
    const auto most = *rc::gen::inRange<std::size_t>(1, 40);
    Coverage parts = seen_nothing(most);
    for (std::size_t from = 0; from < executions.size();) {
        const auto to = from + *rc::gen::inRange<std::size_t>(1, executions.size() - from + 1);
        parts.append(seen_in(executions, from, to, most));
        from = to;
    }
    const Coverage whole = seen_in(executions, 0, executions.size(), most);
    RC_CLASSIFY(whole.orders.has_more(), "more than are told apart");
    RC_ASSERT(parts == whole);
}

// However the executions are put in order: the union, and never the sum.
RC_GTEST_PROP(Coverage, CountsWhatPartsShareOnce, ()) {
    const auto executions = some_executions();
    std::map<std::uint64_t, std::size_t> first;  // by order
    for (std::size_t i = 0; i < executions.size(); ++i) {
        first.emplace(executions[i].order, i + 1);
    }
    std::size_t last_new = 0;
    for (const auto& [order, execution] : first) {
        last_new = std::max(last_new, execution);
    }
    const std::size_t cut = *rc::gen::inRange<std::size_t>(0, executions.size() + 1);
    const std::size_t most = Sightings::most_told_apart;
    const Coverage before = seen_in(executions, 0, cut, most);
    const Coverage after = seen_in(executions, cut, executions.size(), most);
    Coverage all = before;
    all.append(after);
    Coverage turned = after;
    turned.append(before);
    RC_ASSERT(all.saturation().orders.count == first.size());
    RC_ASSERT(turned.saturation().orders.count == first.size());
    RC_ASSERT(all.saturation().orders.last_new == last_new);
    RC_ASSERT(turned.saturation().turns_least == all.saturation().turns_least);
    RC_ASSERT(turned.saturation().turns_most == all.saturation().turns_most);
}

TEST(Sightings, SayThatThereAreMore) {
    Sightings sightings(2);
    sightings.add(7, 1);
    sightings.add(8, 4);
    sightings.add(7, 5);
    EXPECT_FALSE(sightings.seen().has_more);
    sightings.add(9, 6);
    EXPECT_TRUE(sightings.seen().has_more);
    EXPECT_EQ(sightings.seen().count, 2U);
    EXPECT_EQ(sightings.seen().last_new, 4U);
}

}  // namespace
}  // namespace interlock::models
