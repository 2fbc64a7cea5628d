#include "models/units/unit.hpp"

#include "models/trace/schedule.hpp"

#include <array>

namespace interlock::models {

namespace {

constexpr std::string_view version = "v1";
constexpr std::size_t fields = 5;

// False if there are more fields, or less.
bool split(std::string_view text, std::array<std::string_view, fields>& into) {
    for (std::size_t i = 0; i + 1 < fields; ++i) {
        std::size_t const end = text.find(';');
        if (end == std::string_view::npos) {
            return false;
        }
        into.at(i) = text.substr(0, end);
        text.remove_prefix(end + 1);
    }
    into.back() = text;
    return text.find(';') == std::string_view::npos;
}

}  // namespace

std::string text_of(const Unit& unit) {
    std::string text(version);
    text += ";" + text_of_fingerprint(unit.scenario) + ";";
    text += name_of(unit.engine);
    if (unit.faults != Faults{}) {
        text += "/" + text_of(unit.faults);
    }
    return text + ";" + text_of(unit.subtree.path) + ";";
}

std::optional<Unit> unit_from(std::string_view text, std::string& problem) {
    std::array<std::string_view, fields> field;
    if (!split(text, field) || field[0] != version) {
        problem = "a unit looks like v1;0123456789abcdef;exhaustive;0120; and '" +
                  std::string(text) + "' does not";
        return std::nullopt;
    }
    const auto scenario = fingerprint_from(field[1], problem);
    if (!scenario) {
        return std::nullopt;
    }
    std::size_t const slash = std::min(field[2].find('/'), field[2].size());
    const auto engine = strategy_named(field[2].substr(0, slash));
    if (!engine || *engine != Strategy::exhaustive) {
        problem = "a unit's engine is exhaustive, not '" + std::string(field[2]) + "'";
        return std::nullopt;
    }
    Faults faults;
    if (slash < field[2].size()) {
        const auto given = faults_from(field[2].substr(slash + 1));
        if (!given) {
            problem =
                "'" + std::string(field[2]) + "' does not end in a number of faults, as /r1c0";
            return std::nullopt;
        }
        faults = *given;
    }
    auto path = choices_from(field[3], problem);
    if (!path) {
        return std::nullopt;
    }
    if (!field[4].empty()) {
        problem =
            "a unit of engine exhaustive has nothing asleep, not '" + std::string(field[4]) + "'";
        return std::nullopt;
    }
    return Unit{*scenario, *engine, faults, {*std::move(path)}};
}

}  // namespace interlock::models
