// Jobs on Boost.Fiber with several scheduler threads, for users: needs interlock::fiber.
#pragma once

#include "core/shared_fiber.hpp"
