#include "models/units/unit.hpp"

#include "models/trace/schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

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

std::string text_of_sleep(const std::vector<Sequence>& instead) {
    std::string text;
    for (std::size_t i = 0; i < instead.size(); ++i) {
        for (const Planned& turn : instead[i]) {
            text += (text.empty() ? "" : ",") + std::to_string(i) + "=" + text_of(turn);
        }
    }
    return text;
}

// Of a path of so many turns.
std::optional<std::vector<Sequence>> sleep_from(std::string_view text, std::size_t turns) {
    std::vector<Sequence> instead;
    while (!text.empty()) {
        std::string_view const one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(one.size() + 1, text.size()));
        std::size_t const equals = std::min(one.find('='), one.size());
        std::size_t at = 0;
        const auto read = std::from_chars(one.data(), one.data() + equals, at);
        const auto turn = planned_from(one.substr(std::min(equals + 1, one.size())));
        if (!turn || read.ec != std::errc() || read.ptr != one.data() + equals || at >= turns) {
            return std::nullopt;
        }
        instead.resize(std::max(instead.size(), at + 1));
        instead[at].push_back(*turn);
    }
    return instead;
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
    return text + ";" + text_of(unit.subtree.path) + ";" + text_of_sleep(unit.subtree.instead);
}

std::string text_of(const Planned& turn) {
    std::string const choice = text_of(std::span(&turn.choice, 1));
    return turn.touches == Footprint{} ? choice : choice + "/" + text_of(turn.touches);
}

std::optional<Planned> planned_from(std::string_view text) {
    std::size_t const slash = std::min(text.find('/'), text.size());
    std::string problem;
    const auto choice = choices_from(text.substr(0, slash), problem);
    const auto touches = slash < text.size() ? footprint_from(text.substr(slash + 1)) : Footprint{};
    if (!choice || choice->size() != 1 || !touches) {
        return std::nullopt;
    }
    return Planned{choice->front(), *touches};
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
    if (engine != Strategy::exhaustive && engine != Strategy::optimal) {
        problem = "a unit's engine is exhaustive or optimal, not '" + std::string(field[2]) + "'";
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
    auto instead = sleep_from(field[4], path->size());
    if (!instead) {
        problem = "what sleeps in a unit looks like 2=1/3...4...., and '" + std::string(field[4]) +
                  "' does not";
        return std::nullopt;
    }
    return Unit{
        *scenario, *engine, faults, time, discipline, {*std::move(path), *std::move(instead)}};
}

}  // namespace interlock::models
