// What the reference raises.
#pragma once

#include "core/job/status.hpp"
#include "models/scenario/system.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace interlock::models {

// Whether it is a HassioError or derives from one, as all that the decorator itself raises. What
// nobody knows is foreign.
bool is_hassio_error(std::string_view type);

struct PythonError : Raised {
    PythonError(std::string_view of_type, const std::string& with_message)
        : PythonError(of_type, with_message, with_message) {}
    PythonError(std::string_view of_type, std::string with_message, std::string as_printed)
        : type(of_type),
          message(std::move(with_message)),
          printed(std::move(as_printed)),
          is_hassio(is_hassio_error(type)) {}

    std::string type;
    std::string message;
    std::string printed;  // as str() has it
    bool is_hassio;       // also those that jobs name as their on_condition

    // If the decorator raised it to turn a call away: which call, and how the caller sees it.
    std::uint32_t refused_call = 0;
    Status refused_as = Status::failed;
};

// What an error that is kept for later will be to those who catch it: their like are equal.
std::uint64_t fingerprint_of(const std::exception_ptr& error);

}  // namespace interlock::models
