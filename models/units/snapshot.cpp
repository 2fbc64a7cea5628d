#include "models/units/snapshot.hpp"

#include "core/policy/fingerprint.hpp"
#include "models/units/merge.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace interlock::models {

namespace {

constexpr std::string_view first_line = "interlock search v3\n";
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::array<std::pair<std::string_view, Sightings Coverage::*>, 3> things{{
    {"new-class", &Coverage::classes},
    {"new-order", &Coverage::orders},
    {"new-outcomes", &Coverage::outcomes},
}};
constexpr std::array<std::string_view, 4> kinds{"turn", "part", "left", "done"};  // of branches

std::uint64_t checksum_of(std::string_view text) {
    Fingerprint print;
    print.add(text);
    return print.value();
}

std::string hex_of(const std::vector<std::uint8_t>& bytes) {
    std::string text;
    for (std::uint8_t const byte : bytes) {
        text += hex_digits[byte >> 4U];
        text += hex_digits[byte & 0xfU];
    }
    return text;
}

// The shortest that reads as the same.
std::string text_of(double number) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

template <class Number>
bool read(std::string_view text, Number& number) {
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end;
}

bool read_bytes(std::string_view text, std::vector<std::uint8_t>& bytes) {
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        std::size_t const high = hex_digits.find(text[i]);
        std::size_t const low = hex_digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) {
            return false;
        }
        bytes.push_back(static_cast<std::uint8_t>((high << 4U) | low));
    }
    return text.size() % 2 == 0;
}

// Takes off `text` what stands before the first space.
std::string_view take_word(std::string_view& text) {
    std::string_view const word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    return word;
}

// Numbers with spaces between them, and no more than these.
template <class... Number>
bool read_all(std::string_view text, Number&... numbers) {
    return (read(take_word(text), numbers) && ...) && text.empty();
}

// "<fingerprint> <execution>", or "more".
bool read(std::string_view text, Sightings& sightings) {
    if (text == "more") {
        sightings.set_has_more();
        return true;
    }
    std::string problem;
    const auto print = fingerprint_from(take_word(text), problem);
    std::uint64_t execution = 0;
    if (!print || !read_all(text, execution)) {
        return false;
    }
    sightings.add(*print, execution);
    return true;
}

// The turns of a reversal, one at least.
bool read(std::string_view text, Reversal& wanted) {
    bool is_read = read(take_word(text), wanted.turn) && !text.empty();
    while (is_read && !text.empty()) {
        const auto turn = planned_from(take_word(text));
        is_read = turn.has_value();
        wanted.instead.push_back(turn.value_or(Planned{}));
    }
    return is_read;
}

// A branch, which is at most one deeper than the one before it.
bool read(std::string_view text, Branch::Kind kind, Branches& branches) {
    Branch branch{.kind = kind};
    if (!read(take_word(text), branch.depth) ||
        (!branches.empty() && branch.depth > branches.back().depth + 1)) {
        return false;
    }
    const auto turn = text.empty() ? Planned{} : planned_from(text);
    branch.turn = turn.value_or(Planned{});
    branches.push_back(branch);
    return turn && text.empty() == (branch.depth == 0);
}

// One line, "<key> <value>", into `snapshot`; false, and `problem` may say more, if it is none.
bool read_line(
    std::string_view key, std::string_view value, Snapshot& snapshot, std::string& problem
) {
    if (key == "search") {
        const auto search = unit_from(value, problem);
        snapshot.search = search.value_or(Unit{});
        return search.has_value();
    }
    if (key == "shard") {
        const auto shard = shard_from(value);
        snapshot.shard = shard.value_or(Shard{});
        return shard.has_value();
    }
    if (key == "executions") {
        return read(value, snapshot.executions);
    }
    if (key == "blocked") {
        return read(value, snapshot.blocked);
    }
    if (key == "steps") {
        return read(value, snapshot.steps);
    }
    if (key == "explored") {
        return read(value, snapshot.explored);
    }
    if (key == "seconds") {
        return read(value, snapshot.seconds);
    }
    if (key == "seen") {
        Coverage& seen = snapshot.coverage;
        return read_all(value, seen.executions, seen.turns_least, seen.turns_most, seen.too_long);
    }
    for (const auto& [name, sightings] : things) {
        if (key == name) {
            return read(value, snapshot.coverage.*sightings);
        }
    }
    if (key == "outcomes") {
        std::vector<std::uint8_t> outcomes;
        const bool is_read = read_bytes(value, outcomes);
        snapshot.outcomes.insert(std::move(outcomes));
        return is_read;
    }
    std::size_t const space = std::min(value.find(' '), value.size());
    if (key == "violated") {
        const auto property = property_named(value.substr(0, space));
        auto schedule = schedule_from(value.substr(std::min(space + 1, value.size())), problem);
        if (!property || !schedule) {
            return false;
        }
        snapshot.found.push_back({*property, *std::move(schedule)});
        return true;
    }
    if (key == "wanted") {
        return read(value, snapshot.wanted.emplace_back());
    }
    const auto* const kind = std::find(kinds.begin(), kinds.end(), key);
    return kind != kinds.end() &&
           read(value, static_cast<Branch::Kind>(kind - kinds.begin()), snapshot.left);
}

}  // namespace

Unit unit_of(const Program& program, const CheckOptions& options) {
    return {
        program.fingerprint,
        options.strategy,
        options.faults,
        options.time,
        options.discipline,
        {},
    };
}

Snapshot snapshot_of(const Unit& search, Shard shard, const Result& result) {
    Snapshot snapshot{
        .search = search,
        .shard = shard,
        .executions = result.executions,
        .blocked = result.blocked,
        .steps = result.steps,
        .explored = result.explored,
        .seconds = result.wall_s,
        .outcomes = result.outcomes,
        .coverage = result.coverage,
        .found = {},
        .left = result.rest,
        .wanted = result.wanted,
    };
    snapshot.search.subtree = {};
    for (const Violation& violation : result.violations) {
        snapshot.found.push_back(
            {violation.finding.property, schedule_of(search.scenario, violation.trace)}
        );
    }
    return snapshot;
}

std::string text_of(const Snapshot& snapshot) {
    std::string text(first_line);
    const auto line = [&](std::string_view key, std::string_view value) {
        text.append(key).append(" ").append(value).append("\n");
    };
    line("search", text_of(snapshot.search));
    line("shard", text_of(snapshot.shard));
    line("executions", std::to_string(snapshot.executions));
    line("blocked", std::to_string(snapshot.blocked));
    line("steps", std::to_string(snapshot.steps));
    line("explored", text_of(snapshot.explored));
    line("seconds", text_of(snapshot.seconds));
    const Coverage& seen = snapshot.coverage;
    std::string counts = std::to_string(seen.executions);
    for (std::uint64_t const count : {seen.turns_least, seen.turns_most, seen.too_long}) {
        counts += " " + std::to_string(count);
    }
    line("seen", counts);
    for (const auto& [name, sightings] : things) {
        for (const auto& [print, execution] : (seen.*sightings).in_order()) {
            line(name, text_of_fingerprint(print) + " " + std::to_string(execution));
        }
        if ((seen.*sightings).has_more()) {
            line(name, "more");
        }
    }
    for (const auto& outcomes : snapshot.outcomes) {
        line("outcomes", hex_of(outcomes));
    }
    for (const Snapshot::Found& found : snapshot.found) {
        line("violated", std::string(name_of(found.property)) + " " + text_of(found.schedule));
    }
    for (const Branch& branch : snapshot.left) {
        std::string const turn = branch.depth == 0 ? "" : " " + text_of(branch.turn);
        line(kinds.at(static_cast<std::size_t>(branch.kind)), std::to_string(branch.depth) + turn);
    }
    for (const Reversal& wanted : snapshot.wanted) {
        std::string turns = std::to_string(wanted.turn);
        for (const Planned& turn : wanted.instead) {
            turns += " " + text_of(turn);
        }
        line("wanted", turns);
    }
    line("end", text_of_fingerprint(checksum_of(text)));
    return text;
}

std::optional<Snapshot> snapshot_from(std::string_view text, std::string& problem) {
    if (!text.starts_with(first_line)) {
        problem = "it does not begin with '" +
                  std::string(first_line.substr(0, first_line.size() - 1)) + "'";
        return std::nullopt;
    }
    Snapshot snapshot;
    std::size_t number = 1;
    for (std::size_t at = first_line.size(); at < text.size();) {
        std::size_t const end = std::min(text.find('\n', at), text.size());
        std::string_view const line = text.substr(at, end - at);
        std::size_t const space = std::min(line.find(' '), line.size());
        std::string_view const key = line.substr(0, space);
        std::string_view const value = line.substr(std::min(space + 1, line.size()));
        ++number;
        if (key == "end" && end + 1 == text.size()) {
            if (value == text_of_fingerprint(checksum_of(text.substr(0, at)))) {
                return snapshot;
            }
            problem = "its checksum is wrong: it was changed";
            return std::nullopt;
        }
        std::string why;
        if (!read_line(key, value, snapshot, why)) {
            problem = "line " + std::to_string(number) +
                      " cannot be read: " + (why.empty() ? "'" + std::string(line) + "'" : why);
            return std::nullopt;
        }
        at = end + 1;
    }
    problem = "it is cut off";
    return std::nullopt;
}

std::variant<Result, std::string> result_of(
    const Snapshot& snapshot,
    const Program& program,
    Judge& judge,
    const Scheduler::Options& scheduler
) {
    if (snapshot.search.scenario != program.fingerprint) {
        return "it is of another scenario than " + program.name + ", or that has changed since";
    }
    Result result;
    result.executions = snapshot.executions;
    result.blocked = snapshot.blocked;
    result.steps = snapshot.steps;
    result.explored = snapshot.explored;
    result.wall_s = snapshot.seconds;
    result.outcomes = snapshot.outcomes;
    result.coverage = snapshot.coverage;
    result.rest = snapshot.left;
    result.wanted = snapshot.wanted;
    CheckOptions replay{.strategy = snapshot.search.engine, .stop = Stop::never};
    replay.faults = snapshot.search.faults;
    replay.time = snapshot.search.time;
    replay.discipline = snapshot.search.discipline;
    replay.scheduler = scheduler;
    result.guarantee = guarantee_of(replay);
    replay.strategy = Strategy::replay;
    for (const Snapshot::Found& found : snapshot.found) {
        replay.schedule = found.schedule.choices;
        replay.times = found.schedule.times;
        const Result again = check(program, judge, replay);
        const auto same = std::find_if(
            again.violations.begin(),
            again.violations.end(),
            [&](const Violation& violation) { return violation.finding.property == found.property; }
        );
        if (same == again.violations.end()) {
            return "its violation of " + std::string(name_of(found.property)) +
                   " does not show again: it is of another version";
        }
        keep(result.violations, same->finding, same->trace);
    }
    return result;
}

}  // namespace interlock::models
