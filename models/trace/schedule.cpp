#include "models/trace/schedule.hpp"

#include <algorithm>
#include <charconv>

namespace interlock::models {

namespace {

constexpr std::string_view digits =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view version = "v1:";
constexpr std::size_t scenario_digits = 16;
constexpr char raise_sign = '+';
constexpr char cancel_sign = '-';

// Reads "r1c2:" off the front of `text`, if it begins so; false if what begins so is wrong.
bool take_faults(std::string_view& text, Faults& faults) {
    std::size_t const colon = text.find(':');
    if (colon == std::string_view::npos) {
        return true;
    }
    const char* const end = text.data() + colon;
    const auto raise = std::from_chars(text.data() + 1, end, faults.raise);
    if (text.front() != 'r' || raise.ec != std::errc() || raise.ptr == end || *raise.ptr != 'c') {
        return false;
    }
    const auto cancel = std::from_chars(raise.ptr + 1, end, faults.cancel);
    text.remove_prefix(colon + 1);
    return cancel.ec == std::errc() && cancel.ptr == end;
}

}  // namespace

std::string text_of(const Schedule& schedule) {
    std::string text(version);
    for (std::size_t i = scenario_digits; i-- > 0;) {
        text += digits[(schedule.scenario >> (4 * i)) & 0xfU];
    }
    text += ':';
    if (schedule.faults != Faults{}) {
        text += "r" + std::to_string(schedule.faults.raise) + "c" +
                std::to_string(schedule.faults.cancel) + ":";
    }
    for (const Choice& choice : schedule.choices) {
        if (choice.fault != Fault::none) {
            text += choice.fault == Fault::raise ? raise_sign : cancel_sign;
        }
        text += digits[choice.task.value];
    }
    return text;
}

std::optional<Schedule> schedule_from(std::string_view text, std::string& problem) {
    std::size_t const colon = version.size() + scenario_digits;
    if (!text.starts_with(version) || text.size() <= colon || text[colon] != ':') {
        problem =
            "a schedule looks like v1:0123456789abcdef:0120, as printed by check and reproduce";
        return std::nullopt;
    }
    Schedule schedule;
    std::string_view const scenario = text.substr(version.size(), scenario_digits);
    const auto parsed =
        std::from_chars(scenario.data(), scenario.data() + scenario.size(), schedule.scenario, 16);
    if (parsed.ec != std::errc() || parsed.ptr != scenario.data() + scenario.size()) {
        problem = "'" + std::string(scenario) + "' is not the fingerprint of a scenario";
        return std::nullopt;
    }
    std::string_view choices = text.substr(colon + 1);
    if (!take_faults(choices, schedule.faults)) {
        problem = "what stands before its last ':' is not a number of faults, such as r1c0";
        return std::nullopt;
    }
    auto fault = Fault::none;
    for (const char digit : choices) {
        if (digit == raise_sign || digit == cancel_sign) {
            fault = digit == raise_sign ? Fault::raise : Fault::cancel;
            continue;
        }
        std::size_t const task = digits.find(digit);
        if (task == std::string_view::npos) {
            problem = std::string("'") + digit + "' does not name a task";
            return std::nullopt;
        }
        schedule.choices.emplace_back(TaskId{static_cast<std::uint8_t>(task)}, fault);
        fault = Fault::none;
    }
    return schedule;
}

std::vector<Choice> choices_of(const Trace& trace) {
    std::vector<Choice> choices(trace.choices.size());
    std::transform(
        trace.choices.begin(),
        trace.choices.end(),
        choices.begin(),
        [](const ChoicePoint& point) { return point.chosen; }
    );
    return choices;
}

Schedule schedule_of(std::uint64_t scenario, const Trace& trace) {
    return {scenario, choices_of(trace), trace.faults};
}

}  // namespace interlock::models
