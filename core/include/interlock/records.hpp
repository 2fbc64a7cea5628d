// Records of calls, for users: JobRecords of whichever runtime the jobs use.
#pragma once

#include "core/job/records.hpp"
