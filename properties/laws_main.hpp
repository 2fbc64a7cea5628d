// What the programs with RapidCheck laws do alike.
#pragma once

#include <cstdlib>

#include <gtest/gtest.h>

namespace interlock::properties {

// With `rc_params` the same scenarios on every run, so that nothing fails by chance; RC_PARAMS in
// the environment, as in RC_PARAMS="seed=7 max_success=20000", asks for others.
inline int run_with_laws(int argc, char** argv, const char* rc_params) {
    constexpr int keep_what_the_user_set = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet.
    ::setenv("RC_PARAMS", rc_params, keep_what_the_user_set);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}

}  // namespace interlock::properties
