// For GoogleMock: EXPECT_THAT(explore({}, scenario), Holds()). A failure prints the table of the
// schedule that shows it.
#pragma once

#include "models/explore/explore.hpp"

#include <gmock/gmock.h>

namespace interlock::models {

MATCHER(Holds, negation ? "does not hold in all interleavings" : "holds in all interleavings") {
    static_cast<void>(result_listener);
    return arg.holds();
}

// In some interleaving, with a problem that `problem` matches.
MATCHER_P(IsViolated, problem, "is violated in some interleaving") {
    return arg.verdict == Verdict::violated &&
           testing::ExplainMatchResult(problem, arg.problem, result_listener);
}

}  // namespace interlock::models
