// A trace as a table: a row a step, a column a task, and who holds and who waits for each lock.
#pragma once

#include "ci/report/words.hpp"

#include <string>

namespace interlock::ci {

std::string table_of(Context const& context, models::Trace const& trace);

}  // namespace interlock::ci
