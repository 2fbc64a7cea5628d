// The laws over made-up scenarios. A failure prints the smallest scenario that RapidCheck can find,
// as a file to give to `interlock check`.
#include "properties/generators.hpp"
#include "properties/laws.hpp"
#include "properties/laws_main.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace interlock::properties {
namespace {

void expect_law(const Law& law, const models::Scenario& scenario) {
    std::string const violation = violation_of(law, scenario);
    if (!violation.empty()) {
        RC_FAIL(violation);
    }
}

RC_GTEST_PROP(Laws, LocksComeBackWhateverBodiesRaiseAndWhoeverIsCancelled, ()) {
    expect_law(
        locks_come_back(), *scenarios({.raises = true, .cancels = true, .orders_locks = false})
    );
}

RC_GTEST_PROP(Laws, CallsThatNestTheirLocksInOneOrderNeverWaitForEver, ()) {
    expect_law(ordered_locks_never_deadlock(), *scenarios({.raises = true, .cancels = true}));
}

RC_GTEST_PROP(Laws, NoWindowOfAPeriodHasMoreStartsThanAllowed, ()) {
    expect_law(no_window_has_too_many_starts(), *scenarios({.raises = true, .sleeps = true}));
}

RC_GTEST_PROP(Laws, StartsOfAThrottledJobAreAPeriodApart, ()) {
    expect_law(throttled_starts_are_a_period_apart(), *scenarios({.raises = true, .sleeps = true}));
}

RC_GTEST_PROP(Laws, ALockHasOneHolderAndPassesInTheOrderOfArrival, ()) {
    expect_law(
        locks_are_exclusive_and_fair(), *scenarios({.cancels = true, .orders_locks = false})
    );
}

RC_GTEST_PROP(Laws, NobodyIsRefusedWhileNothingStandsAgainstIt, ()) {
    expect_law(
        refusals_are_justified(), *scenarios({.raises = true, .cancels = true, .sleeps = true})
    );
}

}  // namespace
}  // namespace interlock::properties

int main(int argc, char** argv) {
    return interlock::properties::run_with_laws(argc, argv, "seed=1 max_success=1000");
}
