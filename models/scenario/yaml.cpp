#include "models/scenario/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <system_error>

namespace interlock::models::yaml {

namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter(char c) noexcept {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

std::string list_of(Names names) {
    std::string text;
    for (std::string_view const name : names) {
        text += (text.empty() ? "" : ", ") + std::string(name);
    }
    return text;
}

// How many letters must be put in, left out or replaced to make `b` of `a`; case counts nothing.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            std::size_t const replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

// The number that `text` begins with, and what follows it.
template <class T>
struct Number {
    T value{};
    std::errc error{};
    std::string_view rest;

    [[nodiscard]] bool is_too_large() const { return error == std::errc::result_out_of_range; }
    [[nodiscard]] bool is_missing() const { return error == std::errc::invalid_argument; }
};

template <class T>
Number<T> number_in(std::string_view text) {
    Number<T> number;
    const auto parsed =
        std::from_chars(std::to_address(text.begin()), std::to_address(text.end()), number.value);
    number.error = parsed.ec;
    number.rest = text.substr(static_cast<std::size_t>(parsed.ptr - text.data()));
    return number;
}

struct Unit {
    std::string_view name;
    std::uint64_t ns = 0;
};

constexpr std::array<Unit, 5> units{{
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"min", 60'000'000'000},
    {"h", 3'600'000'000'000},
}};

// Of 0 ns if there is none of that name.
Unit unit_named(std::string_view name) noexcept {
    for (const Unit& unit : units) {
        if (unit.name == name) {
            return unit;
        }
    }
    return {};
}

// The decimals of a number of units, in nanoseconds; nothing if they are finer than those.
std::optional<std::uint64_t> part_of(Unit unit, std::string_view decimals) noexcept {
    std::uint64_t part = 0;
    for (const char decimal : decimals) {
        if (decimal != '0' && (unit.ns < 10 || unit.ns % 10 != 0)) {
            return std::nullopt;
        }
        unit.ns /= 10;
        part += static_cast<std::uint64_t>(decimal - '0') * unit.ns;
    }
    return part;
}

}  // namespace

void fail(Place place, std::string message) {
    throw Diagnostic{place, std::move(message)};
}

Place place_of(const YAML::Node& node) {
    YAML::Mark const mark = node.Mark();
    if (mark.is_null()) {
        return {};
    }
    return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

bool contains(Names names, std::string_view name) noexcept {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string in_quotes(std::string_view text) {
    return "'" + std::string(text) + "'";
}

std::string suggestion(std::string_view word, Names names) {
    std::size_t const close = word.size() <= 3 ? 1 : 2;
    std::string_view nearest;
    std::size_t least = close + 1;
    for (std::string_view const name : names) {
        std::size_t const d = distance(word, name);
        if (d < least && d < name.size()) {
            nearest = name;
            least = d;
        }
    }
    return nearest.empty() ? std::string() : "; did you mean " + in_quotes(nearest) + "?";
}

std::string suggestion_or_list(std::string_view word, Names names) {
    std::string const close = suggestion(word, names);
    return close.empty() ? "; there is " + list_of(names) : close;
}

Place Entry::place() const {
    return value.IsNull() ? key_place : place_of(value);
}

Map::Map(const Entry& entry, std::string what) : what_(std::move(what)), place_(entry.place()) {
    if (!entry.value.IsMap()) {
        fail(place_, what_ + " must be a map of keys and values");
    }
    std::map<std::string_view, Place> seen;
    for (const auto& pair : entry.value) {
        const Place place = place_of(pair.first);
        if (!pair.first.IsScalar()) {
            fail(place, "a key in " + what_ + " is not a word");
        }
        const std::string& key = pair.first.Scalar();
        if (const auto [first, is_new] = seen.emplace(key, place); !is_new) {
            fail(
                place,
                in_quotes(key) + " is here twice; it is already on line " +
                    std::to_string(first->second.line)
            );
        }
        entries_.push_back({key, place, pair.second});
    }
}

void Map::takes(Names known) const {
    for (const Entry& entry : entries_) {
        if (!contains(known, entry.key)) {
            fail(
                entry.key_place,
                "unknown key " + in_quotes(entry.key) + " in " + what_ +
                    suggestion_or_list(entry.key, known)
            );
        }
    }
}

const Entry* Map::find(std::string_view key) const noexcept {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.key == key;
    });
    return found == entries_.end() ? nullptr : &*found;
}

const Entry& Map::need(std::string_view key, std::string_view hint) const {
    const Entry* entry = find(key);
    if (entry == nullptr) {
        fail(place_, what_ + " lacks the key " + in_quotes(key) + "; " + std::string(hint));
    }
    return *entry;
}

std::vector<Entry> list(const Entry& entry, std::string_view hint) {
    if (!entry.value.IsSequence()) {
        fail(entry.place(), in_quotes(entry.key) + " must be a list of " + std::string(hint));
    }
    std::vector<Entry> elements;
    for (std::size_t i = 0; i < entry.value.size(); ++i) {
        // An element without text has no place of its own.
        elements.push_back({entry.key, entry.place(), entry.value[i]});
    }
    return elements;
}

const std::string& text(const Entry& entry) {
    if (entry.value.IsNull()) {
        fail(entry.key_place, "a value is missing for " + in_quotes(entry.key));
    }
    if (!entry.value.IsScalar()) {
        fail(entry.place(), in_quotes(entry.key) + " must be a single value, not a list or a map");
    }
    return entry.value.Scalar();
}

void check_name(std::string_view name, Place place, Dots dots) {
    const bool of_letters = std::all_of(name.begin(), name.end(), [&](char c) {
        return is_letter(c) || is_digit(c) || c == '_' || c == '-' ||
               (c == '.' && dots == Dots::allowed);
    });
    if (name.empty() || !of_letters) {
        fail(
            place,
            in_quotes(name) + " is not a name; names are of letters, digits, '_'" +
                (dots == Dots::allowed ? ", '-' and '.'" : " and '-'")
        );
    }
}

std::string name(const Entry& entry, Dots dots) {
    const std::string& name = text(entry);
    check_name(name, entry.place(), dots);
    return name;
}

bool truth(const Entry& entry) {
    const std::string& value = text(entry);
    if (value != "true" && value != "false") {
        fail(
            entry.place(), in_quotes(entry.key) + " must be true or false, not " + in_quotes(value)
        );
    }
    return value == "true";
}

std::uint64_t whole(const Entry& entry, Range<std::uint64_t> range) {
    const std::string& value = text(entry);
    const auto number = number_in<std::uint64_t>(value);
    const bool is_number = !number.is_missing() && number.rest.empty();
    const bool is_too_large = is_number && (number.is_too_large() || number.value > range.max);
    if (is_number && !is_too_large && number.value >= range.min) {
        return number.value;
    }
    std::string wanted = " must be a whole number of at least " + std::to_string(range.min);
    if (is_too_large) {
        wanted += " and at most " + std::to_string(range.max);
    }
    fail(entry.place(), in_quotes(entry.key) + wanted + ", not " + in_quotes(value));
}

double positive(const Entry& entry) {
    const std::string& value = text(entry);
    const auto number = number_in<double>(value);
    if (number.error != std::errc() || !number.rest.empty() || !std::isfinite(number.value) ||
        number.value <= 0) {
        fail(
            entry.place(),
            in_quotes(entry.key) + " must be a number greater than 0, not " + in_quotes(value)
        );
    }
    return number.value;
}

Duration duration(const Entry& entry) {
    const std::string& value = text(entry);
    const auto fail_with = [&](const std::string& problem) {
        fail(entry.place(), entry.key + " " + in_quotes(value) + " " + problem);
    };
    if (value.starts_with('-')) {
        fail_with("is negative");
    }
    const auto number = number_in<std::uint64_t>(value);
    std::string_view rest = number.rest;
    std::string_view decimals;
    if (!number.is_missing() && rest.starts_with('.')) {
        rest.remove_prefix(1);
        decimals = rest.substr(0, rest.find_first_not_of("0123456789"));
        rest.remove_prefix(decimals.size());
    }
    if (number.is_missing() || (decimals.empty() && number.rest.starts_with('.'))) {
        fail_with("is not a duration; write a number and a unit, as 10s");
    }
    if (rest.empty()) {
        fail_with("has no unit; add one of us, ms, s, min, h");
    }
    const Unit unit = unit_named(rest);
    if (unit.ns == 0) {
        fail_with("has an unknown unit; there is us, ms, s, min, h");
    }
    const auto part = part_of(unit, decimals);
    if (!part) {
        fail_with("has too many decimals; nanoseconds are counted whole");
    }
    const auto max = static_cast<std::uint64_t>(Duration::max().count());
    if (number.is_too_large() || number.value > (max - *part) / unit.ns) {
        fail_with("is too long; 292 years are the most");
    }
    return Duration(static_cast<Duration::rep>(number.value * unit.ns + *part));
}

Duration difference(const Entry& entry) {
    const std::string& value = text(entry);
    if (!value.starts_with('-')) {
        return duration(entry);
    }
    Entry positive = entry;
    positive.value = YAML::Node(value.substr(1));
    return -duration(positive);
}

std::size_t choice(const Entry& entry, Names names) {
    const std::string& value = text(entry);
    const auto found = std::find(names.begin(), names.end(), value);
    if (found == names.end()) {
        fail(
            entry.place(),
            entry.key + " " + in_quotes(value) + " is not one of " + list_of(names) +
                suggestion(value, names)
        );
    }
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace interlock::models::yaml
