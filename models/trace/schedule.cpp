#include "models/trace/schedule.hpp"

#include <algorithm>
#include <charconv>

namespace interlock::models {

namespace {

constexpr std::string_view digits =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view version = "v1:";
constexpr std::size_t scenario_digits = 16;

}  // namespace

std::string text_of(const Schedule& schedule) {
    std::string text(version);
    for (std::size_t i = scenario_digits; i-- > 0;) {
        text += digits[(schedule.scenario >> (4 * i)) & 0xfU];
    }
    text += ':';
    for (const TaskId task : schedule.choices) {
        text += digits[task.value];
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
    for (const char digit : text.substr(colon + 1)) {
        std::size_t const task = digits.find(digit);
        if (task == std::string_view::npos) {
            problem = std::string("'") + digit + "' does not name a task";
            return std::nullopt;
        }
        schedule.choices.push_back(TaskId{static_cast<std::uint8_t>(task)});
    }
    return schedule;
}

std::vector<TaskId> choices_of(const Trace& trace) {
    std::vector<TaskId> choices(trace.choices.size());
    std::transform(
        trace.choices.begin(),
        trace.choices.end(),
        choices.begin(),
        [](const ChoicePoint& point) { return point.chosen; }
    );
    return choices;
}

}  // namespace interlock::models
