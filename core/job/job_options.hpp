// What a job has beside its policy; nothing of it is needed.
#pragma once

#include "core/job/condition.hpp"
#include "core/job/refusal.hpp"
#include "core/policy/time.hpp"

#include <exception>
#include <functional>
#include <utility>
#include <vector>

namespace interlock {

// Makes the error that the throwing call throws for a refusal, instead of those of errors.hpp.
// Asked for every refusal but a cancellation, which always throws Cancelled.
using OnError = std::function<std::exception_ptr(const Refusal&)>;

struct JobOptions {
    std::vector<Condition> conditions{};  // all must hold; the first that does not is named
    OnError on_error{};
    std::function<Duration()>
        period{};              // asked at every check of the throttle, instead of policy's
    bool is_recorded = false;  // calls appear in JobRegistry::records()
};

// An error type that is made of a message, as std::runtime_error is.
template <class Error>
OnError raise() {
    return
        [](const Refusal& refusal) { return std::make_exception_ptr(Error(message_of(refusal))); };
}

}  // namespace interlock
