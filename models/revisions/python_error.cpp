#include "models/revisions/python_error.hpp"

#include "core/job/errors.hpp"
#include "core/policy/fingerprint.hpp"

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

std::uint64_t fingerprint_of(const std::exception_ptr& error) {
    Fingerprint print;
    if (error == nullptr) {
        return print.value();
    }
    try {
        std::rethrow_exception(error);
    } catch (const Cancelled&) {
        print.add(1);
    } catch (const PythonError& raised) {
        print.add(raised.is_hassio ? 3 : 2);
        print.add(raised.type);
    } catch (const Raised& raised) {
        print.add(4);
        print.add(raised.error);
    }
    return print.value();
}

}  // namespace interlock::models
