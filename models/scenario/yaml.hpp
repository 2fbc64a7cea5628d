// YAML nodes as typed values. What is wrong is thrown as a Diagnostic, for the reader to catch.
// Knows nothing of scenarios but their places.
#pragma once

#include "models/scenario/scenario.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <yaml-cpp/yaml.h>

namespace interlock::models::yaml {

using Names = std::span<std::string_view const>;

[[noreturn]] void fail(Place place, std::string message);

// Of a node that is written in the file.
Place place_of(const YAML::Node& node);

bool contains(Names names, std::string_view name) noexcept;

std::string in_quotes(std::string_view text);

// "; did you mean 'queue'?", or nothing when no name is close to `word`.
std::string suggestion(std::string_view word, Names names);

// "; did you mean 'queue'?" or "; there is none, reject, queue".
std::string suggestion_or_list(std::string_view word, Names names);

// A value and the key it stands under; elements of a list stand under the key of the list.
struct Entry {
    std::string key;
    Place key_place;
    YAML::Node value;

    // Where to point when the value is wrong: at the key, if nothing is written after it.
    [[nodiscard]] Place place() const;
};

// The entries of a map in the order of the file, each key once.
class Map {
  public:
    // `what` names it in messages: "job 'refresh'".
    Map(const Entry& entry, std::string what);

    // Fails at the first key that is not in `known`.
    void takes(Names known) const;

    // Null if the key is not there.
    [[nodiscard]] const Entry* find(std::string_view key) const noexcept;
    // Fails if the key is not there, with `hint` for what to write.
    [[nodiscard]] const Entry& need(std::string_view key, std::string_view hint) const;

    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
    [[nodiscard]] Place place() const noexcept { return place_; }

  private:
    std::vector<Entry> entries_;
    std::string what_;
    Place place_;
};

// `hint` says what the list is of: "steps, as [work]".
std::vector<Entry> list(const Entry& entry, std::string_view hint);

// A word, a number or text.
const std::string& text(const Entry& entry);

enum class Dots : std::uint8_t { forbidden, allowed };

// Fails unless `name` is of letters, digits, '_' and '-', and of dots where those are allowed.
void check_name(std::string_view name, Place place, Dots dots = Dots::forbidden);
std::string name(const Entry& entry, Dots dots = Dots::forbidden);

bool truth(const Entry& entry);

template <class T>
struct Range {
    T min = 0;
    T max = std::numeric_limits<T>::max();
};

std::uint64_t whole(const Entry& entry, Range<std::uint64_t> range);

template <class T>
T whole(const Entry& entry, T min = 0, T max = std::numeric_limits<T>::max()) {
    return static_cast<T>(whole(entry, Range<std::uint64_t>{min, max}));
}

// Greater than 0.
double positive(const Entry& entry);

// A whole or decimal number with a unit: us ms s min h.
Duration duration(const Entry& entry);

// The same, with a '-' before it if it is negative.
Duration difference(const Entry& entry);

// The index of the value in `names`.
std::size_t choice(const Entry& entry, Names names);

// The first N enumerators of E, as name_of spells them.
template <class E, std::size_t N>
std::array<std::string_view, N> names_of() {
    std::array<std::string_view, N> names;
    for (std::size_t i = 0; i < N; ++i) {
        names.at(i) = name_of(static_cast<E>(i));
    }
    return names;
}

// The enumerator that the value names; `names` are in their order.
template <class E>
E choice(const Entry& entry, Names names) {
    return static_cast<E>(choice(entry, names));
}

}  // namespace interlock::models::yaml
