// A result as text for people.
#pragma once

#include "ci/report/report.hpp"

#include <string>

namespace interlock::ci {

// The verdict, each violation with its schedule and how to see it again, the outcomes, the numbers.
std::string text_of(const Checked& checked);

// One line, for a list of many.
std::string line_of(const Report& report);

// A violation told from beginning to end: the table of its schedule, who waits for whom, what was
// leaked by which call, and the command that runs it again.
std::string story_text(const Checked& checked, const models::Violation& violation);

// The smallest scenario that violates it too, as a file; nothing if none was looked for, or found.
std::string smallest_text(const Checked& checked);

// "The smallest scenario that shows it (15 were tried, and it needs every part); 2 steps, …"
std::string smallest_title(const Smallest& smallest);

// Every event of a trace, one a line. A replay prints the same, byte for byte.
std::string trace_text(const Loaded& loaded, const models::Trace& trace);

// "holds in all 6 executions", "violated: deadlock".
std::string verdict_text(const Checked& checked);

// "that it holds", "a violation of deadlock".
std::string expectation_text(const models::ExpectSpec& expect);

std::string replay_command(const Loaded& loaded, const models::Trace& trace);
std::string replay_command(const Loaded& loaded, const std::string& schedule);

}  // namespace interlock::ci
