// A violation that is settled before its execution ends: a schedule that ends there, too.
#pragma once

#include "models/check.hpp"

namespace interlock::models {

// If `known` is a deadlock that was closed while others still ran, the same way to it and then on
// with few switches, which a schedule leaves out. If it was found where tasks go on for ever, the
// way to it. If that is no simpler, or `known` is something else, `known` itself. `options`: what
// it was found with.
Violation shortened(
    const Program& program, Judge& judge, const Violation& known, const CheckOptions& options
);

}  // namespace interlock::models
