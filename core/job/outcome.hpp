// What a call of a job came to: its value, its error, or why it was turned away.
#pragma once

#include "core/assert.hpp"
#include "core/job/errors.hpp"

#include <exception>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

namespace interlock {

// The body threw.
struct Failure {
    std::exception_ptr error;
    bool is_cancelled = false;  // by Cancelled
};

template <class T>
class [[nodiscard]] Outcome {
    using Value = std::conditional_t<
        std::is_void_v<T>,
        std::monostate,
        std::conditional_t<
            std::is_reference_v<T>,
            std::reference_wrapper<std::remove_reference_t<T>>,
            T>>;

  public:
    // NOLINTNEXTLINE(google-explicit-constructor): a value, a refusal or a failure is an outcome.
    Outcome(Value value) : state_(std::in_place_index<0>, std::move(value)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    Outcome(Refusal refusal) : state_(std::in_place_index<1>, std::move(refusal)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    Outcome(Failure failure) : state_(std::in_place_index<2>, std::move(failure)) {}

    // As Outcome(make()), made where it stays: a refusal is larger than most values.
    template <class Make>
    [[gnu::always_inline]] static Outcome refused(const Make& make) {
        struct InPlace {
            const Make& make;
            // NOLINTNEXTLINE(google-explicit-constructor)
            [[gnu::always_inline]] operator Refusal() const { return make(); }
        };
        return Outcome(std::in_place, InPlace{make});
    }

    [[nodiscard]] bool ran() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ran(); }

    [[nodiscard]] Status status() const noexcept {
        if (const Refusal* const refused = refusal()) {
            return refused->status();
        }
        if (const Failure* const failed = failure()) {
            return failed->is_cancelled ? Status::cancelled : Status::failed;
        }
        return Status::ran;
    }

    // What the body returned. Else throws the body's own error, or the refusal's (errors.hpp).
    T value() && {
        if (const Refusal* const refused = refusal()) {
            throw_error_of(*refused);
        }
        if (const Failure* const failed = failure()) {
            std::rethrow_exception(failed->error);
        }
        if constexpr (std::is_reference_v<T>) {
            return static_cast<T>(std::get<0>(state_).get());
        } else if constexpr (!std::is_void_v<T>) {
            return std::get<0>(std::move(state_));
        }
    }

    // Why it did not run; none when it did.
    [[nodiscard]] const Refusal* refusal() const noexcept { return std::get_if<1>(&state_); }

    // What the body threw; none when it returned or never ran.
    [[nodiscard]] std::exception_ptr error() const noexcept {
        const Failure* const failed = failure();
        return failed != nullptr ? failed->error : nullptr;
    }

  private:
    template <class MakeRefusal>
    [[gnu::always_inline]] Outcome(std::in_place_t /*tag*/, const MakeRefusal& make)
        : state_(std::in_place_index<1>, make) {}

    [[nodiscard]] const Failure* failure() const noexcept { return std::get_if<2>(&state_); }

    std::variant<Value, Refusal, Failure> state_;
};

}  // namespace interlock
