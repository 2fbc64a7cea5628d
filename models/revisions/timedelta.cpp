#include "models/revisions/timedelta.hpp"

namespace interlock::models {

namespace {

std::string padded(std::int64_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

}  // namespace

std::string timedelta_text(Duration duration) {
    std::int64_t const us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
    std::int64_t const seconds = us / 1'000'000;
    std::int64_t const days = seconds / 86'400;
    std::string text;
    if (days != 0) {
        text = std::to_string(days) + (days == 1 ? " day, " : " days, ");
    }
    text += std::to_string(seconds / 3600 % 24) + ":" + padded(seconds / 60 % 60, 2) + ":" +
            padded(seconds % 60, 2);
    if (us % 1'000'000 != 0) {
        text += "." + padded(us % 1'000'000, 6);
    }
    return text;
}

}  // namespace interlock::models
