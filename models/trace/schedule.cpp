#include "models/trace/schedule.hpp"

#include <charconv>
#include <iterator>
#include <limits>
#include <memory>

namespace interlock::models {

namespace {

constexpr std::string_view digits =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.";  // the last: time
constexpr std::string_view version = "v1:";
constexpr std::size_t scenario_digits = 16;
constexpr std::string_view signs = "+-!";  // of the faults, from Fault::raise on

}  // namespace

std::string text_of_fingerprint(std::uint64_t fingerprint) {
    std::string text;
    for (std::size_t i = scenario_digits; i-- > 0;) {
        text += digits[(fingerprint >> (4 * i)) & 0xfU];
    }
    return text;
}

std::optional<std::uint64_t> fingerprint_from(std::string_view text, std::string& problem) {
    std::uint64_t fingerprint = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, fingerprint, 16);
    if (text.size() != scenario_digits || parsed.ec != std::errc() || parsed.ptr != end) {
        problem = "'" + std::string(text) + "' is not the fingerprint of a scenario";
        return std::nullopt;
    }
    return fingerprint;
}

std::string text_of(const Faults& faults) {
    return "r" + std::to_string(faults.raise) + "c" + std::to_string(faults.cancel);
}

std::optional<Faults> faults_from(std::string_view text) noexcept {
    Faults faults;
    const auto read = [](std::string_view digits_of, std::uint32_t& number) {
        const char* const end = digits_of.data() + digits_of.size();
        const auto parsed = std::from_chars(digits_of.data(), end, number);
        return parsed.ec == std::errc() && parsed.ptr == end;
    };
    std::size_t const c = text.find('c');
    if (!text.starts_with('r') || c == std::string_view::npos ||
        !read(text.substr(1, c - 1), faults.raise) || !read(text.substr(c + 1), faults.cancel)) {
        return std::nullopt;
    }
    return faults;
}

std::string text_of_times(std::span<const std::int64_t> times) {
    std::string text;
    std::int64_t last = 0;
    for (std::int64_t const time : times) {
        text += (text.empty() ? 't' : '.') + std::to_string(time - last);
        last = time;
    }
    return text;
}

std::optional<std::vector<std::int64_t>> times_from(std::string_view text) {
    std::vector<std::int64_t> times;
    std::int64_t last = 0;
    const char* const end = std::to_address(text.end());
    for (const char* at = std::to_address(text.begin()); at != end;) {
        std::int64_t since = 0;
        const auto read = std::from_chars(std::next(at), end, since);
        const bool is_good = *at == (times.empty() ? 't' : '.') && read.ec == std::errc() &&
                             since >= 0 && since <= std::numeric_limits<std::int64_t>::max() - last;
        if (!is_good) {
            return std::nullopt;
        }
        last += since;
        times.push_back(last);
        at = read.ptr;
    }
    return times;
}

std::string text_of(std::span<const Choice> choices) {
    std::string text;
    for (const Choice& choice : choices) {
        if (choice.fault != Fault::none) {
            text += signs[static_cast<std::size_t>(choice.fault) - 1];
        }
        text += digits[choice.task.value];
    }
    return text;
}

std::optional<std::vector<Choice>> choices_from(std::string_view text, std::string& problem) {
    std::vector<Choice> choices;
    auto fault = Fault::none;
    for (const char digit : text) {
        if (std::size_t const sign = signs.find(digit); sign != std::string_view::npos) {
            fault = static_cast<Fault>(sign + 1);
            continue;
        }
        std::size_t const task = digits.find(digit);
        if (task == std::string_view::npos) {
            problem = std::string("'") + digit + "' does not name a task";
            return std::nullopt;
        }
        choices.emplace_back(TaskId{static_cast<std::uint8_t>(task)}, fault);
        fault = Fault::none;
    }
    return choices;
}

std::string text_of(const Schedule& schedule) {
    std::string text = std::string(version) + text_of_fingerprint(schedule.scenario) + ":";
    if (schedule.faults != Faults{}) {
        text += text_of(schedule.faults) + ":";
    }
    if (!schedule.times.empty()) {
        text += text_of_times(schedule.times) + ":";
    }
    if (!schedule.round) {
        return text + text_of(schedule.choices);
    }
    const std::span<const Choice> choices(schedule.choices);
    return text + text_of(choices.first(*schedule.round)) + '~' +
           text_of(choices.subspan(*schedule.round));
}

namespace {

// Reads what stands before the choices off the front of `text`; empty if it is good.
std::string take_sections(std::string_view& text, Schedule& schedule) {
    for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
         colon = text.find(':')) {
        std::string_view const section = text.substr(0, colon);
        text.remove_prefix(colon + 1);
        if (section.starts_with('t')) {
            auto times = times_from(section);
            if (!times) {
                return "what begins with a t is not times in nanoseconds, such as t0.1000.0";
            }
            schedule.times = *std::move(times);
            continue;
        }
        const auto faults = faults_from(section);
        if (!faults) {
            return "what stands before its last ':' is not a number of faults, such as r1c0";
        }
        schedule.faults = *faults;
    }
    return {};
}

}  // namespace

std::optional<Schedule> schedule_from(std::string_view text, std::string& problem) {
    std::size_t const colon = version.size() + scenario_digits;
    if (!text.starts_with(version) || text.size() <= colon || text[colon] != ':') {
        problem =
            "a schedule looks like v1:0123456789abcdef:0120, as printed by check and reproduce";
        return std::nullopt;
    }
    Schedule schedule;
    const auto scenario = fingerprint_from(text.substr(version.size(), scenario_digits), problem);
    if (!scenario) {
        return std::nullopt;
    }
    schedule.scenario = *scenario;
    std::string_view rest = text.substr(colon + 1);
    problem = take_sections(rest, schedule);
    if (!problem.empty()) {
        return std::nullopt;
    }
    const std::size_t tilde = rest.find('~');
    auto choices = choices_from(rest.substr(0, tilde), problem);
    if (!choices) {
        return std::nullopt;
    }
    schedule.choices = *std::move(choices);
    if (tilde != std::string_view::npos) {
        schedule.round = schedule.choices.size();
        const auto round = choices_from(rest.substr(tilde + 1), problem);
        if (!round) {
            return std::nullopt;
        }
        schedule.choices.insert(schedule.choices.end(), round->begin(), round->end());
    }
    return schedule;
}

std::vector<Choice> choices_of(const Trace& trace) {
    std::vector<Choice> choices;
    for (const ChoicePoint& point : trace.choices) {
        if (!point.is_look) {
            choices.push_back(point.chosen);
        }
    }
    return choices;
}

Schedule schedule_of(std::uint64_t scenario, const Trace& trace) {
    Schedule schedule{scenario, choices_of(trace), trace.faults, trace.times};
    if (trace.round) {
        schedule.round = trace.round->choices;
    }
    return schedule;
}

}  // namespace interlock::models
