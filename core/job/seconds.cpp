#include "core/job/seconds.hpp"

#include <cstdint>

namespace interlock {

std::string seconds_text(Duration duration) {
    const bool is_negative = duration < Duration::zero();
    // Unsigned, because the least duration has no positive twin.
    const auto bits = static_cast<std::uint64_t>(duration.count());
    const std::uint64_t nanoseconds = is_negative ? 0 - bits : bits;
    std::string text = is_negative ? "-" : "";
    text += std::to_string(nanoseconds / 1'000'000'000);
    if (nanoseconds % 1'000'000'000 != 0) {
        // The leading 1 keeps the zeros behind the point.
        std::string const digits = std::to_string(1'000'000'000 + nanoseconds % 1'000'000'000);
        text += '.';
        text.append(digits, 1, digits.find_last_not_of('0'));
    }
    return text;
}

}  // namespace interlock
