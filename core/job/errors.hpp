// What the throwing call throws, and what a wrong policy throws where it is written.
#pragma once

#include "core/job/refusal.hpp"

#include <stdexcept>

namespace interlock {

// A job's policy, or the way a job is called, contradicts itself.
class PolicyError : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

// A call that did not run its body.
class JobRefused : public std::runtime_error {
  public:
    explicit JobRefused(const Refusal& refusal)
        : std::runtime_error(message_of(refusal)), refusal_(refusal) {}

    [[nodiscard]] Status status() const noexcept { return refusal_.status(); }
    [[nodiscard]] const Refusal& refusal() const noexcept { return refusal_; }

  private:
    Refusal refusal_;
};

// Busy, the queue is full, a newer call took its place, or the registry takes no calls any more.
class JobRejected : public JobRefused {
  public:
    using JobRefused::JobRefused;
};

class GroupRejected : public JobRejected {
  public:
    using JobRejected::JobRejected;
};

class JobThrottled : public JobRefused {
  public:
    using JobRefused::JobRefused;
};

class JobRateLimited : public JobRefused {
  public:
    using JobRefused::JobRefused;
};

class JobConditionFailed : public JobRefused {
  public:
    using JobRefused::JobRefused;
};

class JobTimedOut : public JobRefused {
  public:
    using JobRefused::JobRefused;
};

// The wait would close a cycle; refusal().cycle has all of it.
class WouldDeadlock : public JobRefused {
  public:
    using JobRefused::JobRefused;
};

// A stop was requested, while the call waited or by its body. A body that notices a stop request
// throws this to end as cancelled rather than failed.
class Cancelled : public std::exception {
  public:
    [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

// Throws the error that stands for `refusal`.
[[noreturn]] void throw_error_of(const Refusal& refusal);

}  // namespace interlock
