// Jobs on Boost.Fiber, for users: needs interlock::fiber.
#pragma once

#include "core/fiber.hpp"
