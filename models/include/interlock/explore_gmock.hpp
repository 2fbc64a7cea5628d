// Matchers for what explore() returns: needs GoogleMock.
#pragma once

#include "models/explore/matchers.hpp"

#include <interlock/explore.hpp>

namespace interlock {

using models::Holds;
using models::IsViolated;

}  // namespace interlock
