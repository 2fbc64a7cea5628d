// What a job has beside its policy; nothing of it is needed.
#pragma once

#include "core/job/condition.hpp"
#include "core/job/outcome.hpp"
#include "core/job/refusal.hpp"
#include "core/policy/time.hpp"

#include <exception>
#include <functional>
#include <string_view>
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
        period{};  // asked at every check of the throttle, instead of policy's
};

// `policy`, if `job` can have it with these options; else throws PolicyError.
const Policy& checked(std::string_view job, const Policy& policy, const JobOptions& options);

// What the body returned. Else throws the body's own error, or for a refusal what `on_error`, where
// there is one, makes of it, or the error of errors.hpp.
template <class T>
T value_of(Outcome<T>&& outcome, const OnError& on_error) {
    const Refusal* const refusal = outcome.refusal();
    if (refusal != nullptr && on_error && refusal->reason != Reason::cancelled) {
        std::rethrow_exception(on_error(*refusal));
    }
    return std::move(outcome).value();
}

// An error type that is made of a message, as std::runtime_error is.
template <class Error>
OnError raise() {
    return
        [](const Refusal& refusal) { return std::make_exception_ptr(Error(message_of(refusal))); };
}

}  // namespace interlock
