// The decisions alone, for users who do the waiting themselves: pure state, no clock, no threads.
#pragma once

#include "core/policy/admission.hpp"
#include "core/policy/policy.hpp"
#include "core/policy/throttling.hpp"
