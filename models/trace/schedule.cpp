#include "models/trace/schedule.hpp"

#include <algorithm>
#include <charconv>

namespace interlock::models {

namespace {

constexpr std::string_view digits =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.";  // the last: time
constexpr std::string_view version = "v1:";
constexpr std::size_t scenario_digits = 16;
constexpr char raise_sign = '+';
constexpr char cancel_sign = '-';

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
    const char* const end = text.data() + text.size();
    if (!text.starts_with('r')) {
        return std::nullopt;
    }
    const auto raise = std::from_chars(text.data() + 1, end, faults.raise);
    if (raise.ec != std::errc() || raise.ptr == end || *raise.ptr != 'c') {
        return std::nullopt;
    }
    const auto cancel = std::from_chars(raise.ptr + 1, end, faults.cancel);
    if (cancel.ec != std::errc() || cancel.ptr != end) {
        return std::nullopt;
    }
    return faults;
}

std::string text_of(std::span<const Choice> choices) {
    std::string text;
    for (const Choice& choice : choices) {
        if (choice.fault != Fault::none) {
            text += choice.fault == Fault::raise ? raise_sign : cancel_sign;
        }
        text += digits[choice.task.value];
    }
    return text;
}

std::optional<std::vector<Choice>> choices_from(std::string_view text, std::string& problem) {
    std::vector<Choice> choices;
    auto fault = Fault::none;
    for (const char digit : text) {
        if (digit == raise_sign || digit == cancel_sign) {
            fault = digit == raise_sign ? Fault::raise : Fault::cancel;
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
    return text + text_of(schedule.choices);
}

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
    std::size_t const second_colon = rest.find(':');
    if (second_colon != std::string_view::npos) {
        const auto faults = faults_from(rest.substr(0, second_colon));
        if (!faults) {
            problem = "what stands before its last ':' is not a number of faults, such as r1c0";
            return std::nullopt;
        }
        schedule.faults = *faults;
        rest.remove_prefix(second_colon + 1);
    }
    auto choices = choices_from(rest, problem);
    if (!choices) {
        return std::nullopt;
    }
    schedule.choices = *std::move(choices);
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
