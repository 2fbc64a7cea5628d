// What must be true for a job to run, under a name.
#pragma once

#include <functional>
#include <string>

namespace interlock {

// `holds` is asked in the task that makes the call: before it waits for the lock, and again after a
// wait. It must not throw; it may wait.
struct Condition {
    std::string name;
    std::function<bool()> holds;
};

}  // namespace interlock
