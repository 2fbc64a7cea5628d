// Jobs on a runtime of one's own, for users: whatever satisfies Runtime.
#pragma once

#include "core/job/job.hpp"
