#include "models/revisions/python_error.hpp"

#include <algorithm>
#include <array>

namespace interlock::models {

bool is_hassio_error(std::string_view type) {
    static constexpr std::array<std::string_view, 8> known{
        "HassioError",
        "OtherHassioError",
        "JobException",
        "JobConditionException",
        "JobGroupExecutionLimitExceeded",
        "JobNotFound",
        "JobStartException",
        "CondError",
    };
    return std::find(known.begin(), known.end(), type) != known.end();
}

}  // namespace interlock::models
