#include "models/scenario/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

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

struct Unit {
    std::string_view name;
    std::uint64_t ns = 1;
};

constexpr std::array<Unit, 5> units{{
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"min", 60'000'000'000},
    {"h", 3'600'000'000'000},
}};

}  // namespace

void fail(Place place, std::string message) {
    throw Diagnostic{place, std::move(message)};
}

void fail_unsupported(Place place, std::string_view kind, std::string_view name) {
    fail(
        place,
        in_quotes(name) + " is a " + std::string(kind) +
            " of the format that this version does not support"
    );
}

Place place_of(YAML::Node const& node) {
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

Map::Map(Entry const& entry, std::string what) : what_(std::move(what)), place_(entry.place()) {
    if (!entry.value.IsMap()) {
        fail(place_, what_ + " must be a map of keys and values");
    }
    for (auto const& pair : entry.value) {
        Place const place = place_of(pair.first);
        if (!pair.first.IsScalar()) {
            fail(place, "a key in " + what_ + " is not a word");
        }
        std::string const& key = pair.first.Scalar();
        if (Entry const* first = find(key)) {
            fail(
                place,
                in_quotes(key) + " is here twice; it is already on line " +
                    std::to_string(first->key_place.line)
            );
        }
        entries_.push_back({key, place, pair.second});
    }
}

void Map::takes(Names known, Names later) const {
    for (Entry const& entry : entries_) {
        if (contains(later, entry.key)) {
            fail_unsupported(entry.key_place, "key", entry.key);
        }
        if (!contains(known, entry.key)) {
            fail(
                entry.key_place,
                "unknown key " + in_quotes(entry.key) + " in " + what_ +
                    suggestion_or_list(entry.key, known)
            );
        }
    }
}

Entry const* Map::find(std::string_view key) const noexcept {
    auto const found = std::find_if(entries_.begin(), entries_.end(), [&](Entry const& entry) {
        return entry.key == key;
    });
    return found == entries_.end() ? nullptr : &*found;
}

Entry const& Map::need(std::string_view key, std::string_view hint) const {
    Entry const* entry = find(key);
    if (entry == nullptr) {
        fail(place_, what_ + " lacks the key " + in_quotes(key) + "; " + std::string(hint));
    }
    return *entry;
}

std::vector<Entry> list(Entry const& entry, std::string_view hint) {
    if (!entry.value.IsSequence()) {
        fail(entry.place(), in_quotes(entry.key) + " must be a list of " + std::string(hint));
    }
    std::vector<Entry> elements;
    for (auto const& element : entry.value) {
        // An element without text has no place of its own.
        elements.push_back({entry.key, entry.place(), element});
    }
    return elements;
}

std::string const& text(Entry const& entry) {
    if (entry.value.IsNull()) {
        fail(entry.key_place, "a value is missing for " + in_quotes(entry.key));
    }
    if (!entry.value.IsScalar()) {
        fail(entry.place(), in_quotes(entry.key) + " must be a single value, not a list or a map");
    }
    return entry.value.Scalar();
}

void check_name(std::string_view name, Place place, Dots dots) {
    bool const of_letters = std::all_of(name.begin(), name.end(), [&](char c) {
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

std::string name(Entry const& entry, Dots dots) {
    std::string const& name = text(entry);
    check_name(name, entry.place(), dots);
    return name;
}

bool truth(Entry const& entry) {
    std::string const& value = text(entry);
    if (value != "true" && value != "false") {
        fail(entry.place(), in_quotes(entry.key) + " must be true or false, not " + in_quotes(value));
    }
    return value == "true";
}

std::uint64_t whole(Entry const& entry, Range<std::uint64_t> range) {
    std::string const& value = text(entry);
    std::uint64_t number = 0;
    char const* const end = value.data() + value.size();
    auto const parsed = std::from_chars(value.data(), end, number);
    bool const is_number = parsed.ptr == end && parsed.ec != std::errc::invalid_argument;
    if (is_number && parsed.ec == std::errc() && number >= range.min && number <= range.max) {
        return number;
    }
    bool const is_too_large =
        is_number && (parsed.ec == std::errc::result_out_of_range || number > range.max);
    std::string wanted = " must be a whole number of at least " + std::to_string(range.min);
    if (is_too_large) {
        wanted += " and at most " + std::to_string(range.max);
    }
    fail(entry.place(), in_quotes(entry.key) + wanted + ", not " + in_quotes(value));
}

double positive(Entry const& entry) {
    std::string const& value = text(entry);
    double number = 0;
    char const* const end = value.data() + value.size();
    auto const parsed = std::from_chars(value.data(), end, number);
    if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(number) || number <= 0) {
        fail(
            entry.place(),
            in_quotes(entry.key) + " must be a number greater than 0, not " + in_quotes(value)
        );
    }
    return number;
}

Duration duration(Entry const& entry) {
    std::string const& value = text(entry);
    auto const fail_with = [&](std::string const& problem) {
        fail(entry.place(), entry.key + " " + in_quotes(value) + " " + problem);
    };
    if (value.starts_with('-')) {
        fail_with("is negative");
    }
    std::uint64_t number = 0;
    char const* const end = value.data() + value.size();
    auto const parsed = std::from_chars(value.data(), end, number);
    if (parsed.ec == std::errc::invalid_argument) {
        fail_with("is not a duration; write a number and a unit, as 10s");
    }
    char const* next = parsed.ptr;
    std::string_view decimals;
    if (next != end && *next == '.') {
        char const* const first = next + 1;
        next = std::find_if_not(first, end, is_digit);
        decimals = {first, static_cast<std::size_t>(next - first)};
        if (decimals.empty()) {
            fail_with("is not a duration; write a number and a unit, as 10s");
        }
    }
    std::string_view const rest(next, static_cast<std::size_t>(end - next));
    if (rest.empty()) {
        fail_with("has no unit; add one of us, ms, s, min, h");
    }
    auto const unit =
        std::find_if(units.begin(), units.end(), [&](Unit const& u) { return u.name == rest; });
    if (unit == units.end()) {
        fail_with("has an unknown unit; there is us, ms, s, min, h");
    }
    auto const max = static_cast<std::uint64_t>(Duration::max().count());
    std::uint64_t part = 0;
    std::uint64_t scale = unit->ns;
    for (char const digit : decimals) {
        if (digit != '0' && (scale < 10 || scale % 10 != 0)) {
            fail_with("has too many decimals; nanoseconds are counted whole");
        }
        scale /= 10;
        part += static_cast<std::uint64_t>(digit - '0') * scale;
    }
    if (parsed.ec == std::errc::result_out_of_range || number > (max - part) / unit->ns) {
        fail_with("is too long; 292 years are the most");
    }
    return Duration(static_cast<Duration::rep>(number * unit->ns + part));
}

std::size_t choice(Entry const& entry, Names names) {
    std::string const& value = text(entry);
    auto const found = std::find(names.begin(), names.end(), value);
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
