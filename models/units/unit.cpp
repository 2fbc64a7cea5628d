#include "models/units/unit.hpp"

#include "models/trace/schedule.hpp"

#include <array>

namespace interlock::models {

namespace {

constexpr std::string_view version = "v1";
constexpr std::size_t fields = 5;
constexpr std::string_view all_time = "/all";
constexpr std::string_view preemptive = "/preemptive";

// Whether `text` ended in `end`, which is taken off.
bool take_end(std::string_view& text, std::string_view end) {
    const bool is_there = text.ends_with(end);
    text.remove_suffix(is_there ? end.size() : 0);
    return is_there;
}

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
    text += unit.time == TimeMode::all ? all_time : "";
    text += unit.discipline == Discipline::preemptive ? preemptive : "";
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
    std::string_view how = field[2];
    const auto discipline =
        take_end(how, preemptive) ? Discipline::preemptive : Discipline::cooperative;
    const auto time = take_end(how, all_time) ? TimeMode::all : TimeMode::fixed;
    std::size_t const slash = std::min(how.find('/'), how.size());
    const auto engine = strategy_named(how.substr(0, slash));
    if (!engine || *engine != Strategy::exhaustive) {
        problem = "a unit's engine is exhaustive, not '" + std::string(field[2]) + "'";
        return std::nullopt;
    }
    Faults faults;
    if (slash < how.size()) {
        const auto given = faults_from(how.substr(slash + 1));
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
    return Unit{*scenario, *engine, faults, time, discipline, {*std::move(path)}};
}

}  // namespace interlock::models
