// What is kept of a scenario that was checked, or whose verdict was known: all that reports and the
// baseline ask for.
#pragma once

#include "ci/report/report.hpp"

#include <optional>
#include <string>

namespace interlock::ci {

struct Examined {
    Loaded loaded;
    Report report;
    Behaviour behaviour;
    Exit exit = Exit::as_expected;
    std::string details;    // for the terminal, of what is not as expected
    bool is_known = false;  // from a cache: it was not run
};

Examined examine(Checked checked);

}  // namespace interlock::ci
