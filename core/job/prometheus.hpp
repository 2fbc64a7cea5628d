// Counts as a Prometheus server reads them.
#pragma once

#include "core/job/counters.hpp"

#include <string>

namespace interlock {

// The text exposition format 0.0.4, to be served as `text/plain; version=0.0.4; charset=utf-8`.
// Empty if no job was called yet. All names start with `interlock_job_`, all times are in seconds,
// and the label `name` is the job's name, which should be UTF-8: a label `job` would be hidden by
// the one that the server gives to what it scrapes. Every outcome and reason of a job is there from
// the start, as 0, so that a rate sees the first one.
std::string prometheus_text(const Counters::Snapshot& jobs);

}  // namespace interlock
