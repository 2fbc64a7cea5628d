// Exploring tasks that are code, for users: needs interlock::models.
#pragma once

#include "models/explore/explore.hpp"
#include "models/explore/primitives.hpp"

namespace interlock {

using models::Channel;
using models::CodeWorld;
using models::ConditionVariable;
using models::Exploration;
using models::explore;
using models::ExploreOptions;
using models::Mutex;
using models::Shared;
using models::Strategy;
using models::Verdict;

}  // namespace interlock
