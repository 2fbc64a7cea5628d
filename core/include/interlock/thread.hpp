// Jobs on threads, for users: needs interlock::core.
#pragma once

#include "core/thread.hpp"
