#include "models/trace/footprint.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace interlock::models {

namespace {

constexpr char between = '.';
constexpr std::size_t fields = 8;

// `absent` as nothing, else in hexadecimal digits.
std::string text_of(std::uint64_t number, std::uint64_t absent) {
    if (number == absent) {
        return {};
    }
    std::array<char, 16> digits{};
    char* const end = std::to_address(digits.end());
    return {digits.data(), std::to_chars(digits.data(), end, number, 16).ptr};
}

// The number that `text` begins with, up to a '.' or the end, which are taken off.
template <class Number>
bool take(std::string_view& text, Number& number) {
    std::string_view const digits = text.substr(0, text.find(between));
    text.remove_prefix(digits.size() + (digits.size() < text.size() ? 1 : 0));
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return digits.empty() || (read.ec == std::errc() && read.ptr == digits.data() + digits.size());
}

}  // namespace

std::string text_of(const Footprint& touched) {
    std::string text;
    for (std::uint64_t const set :
         {touched.tasks, touched.looks, touched.appends, touched.changes}) {
        text += text_of(set, 0) + between;
    }
    for (std::uint16_t const mutex : {touched.takes, touched.frees, touched.wants}) {
        text += text_of(mutex, no_mutex) + between;
    }
    return text + (touched.varies ? "1" : "");
}

std::optional<Footprint> footprint_from(std::string_view text) {
    Footprint touched;
    std::uint8_t varies = 0;
    std::size_t const count =
        1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), between));
    const bool is_read = count == fields && take(text, touched.tasks) &&
                         take(text, touched.looks) && take(text, touched.appends) &&
                         take(text, touched.changes) && take(text, touched.takes) &&
                         take(text, touched.frees) && take(text, touched.wants) &&
                         take(text, varies) && text.empty() && varies <= 1;
    touched.varies = varies != 0;
    return is_read ? std::optional(touched) : std::nullopt;
}

}  // namespace interlock::models
