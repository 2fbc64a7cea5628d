// From the log of a real run that hung to a schedule that ends so.
#pragma once

#include "ci/command/session.hpp"

#include <string>

namespace interlock::ci {

struct FromLog {
    std::string log;
    std::string policies;  // a scenario whose jobs have the policies; empty: they are guessed
    std::string output;    // where to write the scenario; empty: nowhere
    Overrides overrides;
};

Exit reproduce_from_log(const FromLog& wanted);

}  // namespace interlock::ci
