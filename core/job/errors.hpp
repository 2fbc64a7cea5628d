// What the throwing call throws, and what a wrong policy throws where it is written.
#pragma once

#include "core/job/refusal.hpp"

#include <stdexcept>
#include <string>

namespace interlock {

// A job's policy, or the way a job is called, contradicts itself.
class PolicyError : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

// A call that did not run its body.
class JobRefused : public std::runtime_error {
  public:
    explicit JobRefused(const Refusal& refusal);

    [[nodiscard]] Status status() const noexcept { return status_; }
    [[nodiscard]] Duration retry_after() const noexcept { return retry_after_; }
    [[nodiscard]] const std::string& job() const noexcept { return job_; }
    [[nodiscard]] const std::string& group() const noexcept { return group_; }

  private:
    Status status_;
    Duration retry_after_;
    std::string job_;
    std::string group_;
};

// Busy, or the queue is full.
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

// A stop was requested, while the call waited or by its body. A body that notices a stop request
// throws this to end as cancelled rather than failed.
class Cancelled : public std::exception {
  public:
    [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

// Throws the error that stands for `refusal`.
[[noreturn]] void throw_error_of(const Refusal& refusal);

}  // namespace interlock
