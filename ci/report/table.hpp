// A story as a table: a row a step, a column a task, and who holds and who waits for each lock.
#pragma once

#include "ci/report/story.hpp"

#include <string>

namespace interlock::ci {

std::string table_of(const Story& story);

}  // namespace interlock::ci
