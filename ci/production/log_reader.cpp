#include "ci/production/log_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <memory>

namespace interlock::ci {

namespace {

constexpr std::array<std::string_view, 9> events{
    "arrived",
    "queued",
    "granted",
    "admitted",
    "refused",
    "cancelled",
    "started",
    "finished",
    "released"};

// The code point of "\u001f", which is all that a log line writes so.
std::optional<char> control_in(std::string_view digits) {
    unsigned int code = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() != 4 || read.ptr != digits.data() + digits.size() || code > 0x7f) {
        return std::nullopt;
    }
    return static_cast<char>(code);
}

// Takes a value off the front of `text`: a word, or a string in quotes; nothing if it has no end.
std::optional<std::string> take_value(std::string_view& text) {
    if (!text.starts_with('"')) {
        const std::size_t end = std::min(text.find(' '), text.size());
        std::string value(text.substr(0, end));
        text.remove_prefix(end);
        return value;
    }
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return value;
        }
        if (text[i] != '\\') {
            value += text[i];
            continue;
        }
        ++i;
        const char escaped = i < text.size() ? text[i] : '\0';
        if (escaped == 'u') {
            const auto control = control_in(text.substr(i + 1, 4));
            if (!control) {
                return std::nullopt;
            }
            value += *control;
            i += 4;
        } else if (escaped == 'n' || escaped == 'r' || escaped == 't') {
            value += escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : '\t';
        } else {
            value += escaped;
        }
    }
    return std::nullopt;
}

bool read_number(const std::string& text, std::uint64_t& number) {
    const char* const end = std::to_address(text.end());
    const auto read = std::from_chars(std::to_address(text.begin()), end, number);
    return read.ec == std::errc() && read.ptr == end && number != 0;
}

// What is wrong with the value; empty if nothing is. Keys that are not known are somebody else's.
std::string put(const std::string& key, const std::string& value, LoggedEvent& event) {
    for (const auto& [name, number] :
         {std::pair("call", &event.call),
          std::pair("parent", &event.parent),
          std::pair("holder", &event.holder)}) {
        if (key == name) {
            return read_number(value, *number)
                       ? std::string()
                       : fmt::format("{}='{}' is not the number of a call", key, value);
        }
    }
    for (const auto& [name, text] :
         {std::pair("job", &event.job),
          std::pair("group", &event.group),
          std::pair("how", &event.how),
          std::pair("reason", &event.reason)}) {
        if (key == name) {
            *text = value;
        }
    }
    if (key == "dry_run") {
        event.is_dry = value == "true";
    }
    return {};
}

}  // namespace

std::optional<LoggedEvent> logged_event(std::string_view line, std::string& problem) {
    constexpr std::string_view begin = "event=";
    std::size_t at = line.find(begin);
    while (at != std::string_view::npos && at != 0 && line[at - 1] != ' ' && line[at - 1] != '\t') {
        at = line.find(begin, at + 1);
    }
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view rest = line.substr(at + begin.size());
    LoggedEvent event;
    event.event = take_value(rest).value_or("");
    if (std::find(events.begin(), events.end(), event.event) == events.end()) {
        return std::nullopt;  // of another program
    }
    while (rest.starts_with(' ')) {
        rest.remove_prefix(1);
        const std::size_t equals = rest.find('=');
        if (equals == std::string_view::npos) {
            break;
        }
        const std::string key(rest.substr(0, equals));
        rest.remove_prefix(equals + 1);
        auto value = take_value(rest);
        problem = value ? put(key, *value, event)
                        : fmt::format("the value of {}= has no end, or no meaning", key);
        if (!problem.empty()) {
            return std::nullopt;
        }
    }
    if (event.call == 0) {
        problem = fmt::format("event={} does not say which call it is of", event.event);
        return std::nullopt;
    }
    return event;
}

std::optional<Log> read_log(std::string_view text, std::string_view name, std::string& problem) {
    Log log;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++log.lines;
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        auto event = logged_event(line, problem);
        if (!problem.empty()) {
            problem = fmt::format("{}:{}: {}", name, log.lines, problem);
            return std::nullopt;
        }
        if (event) {
            log.events.push_back(std::move(*event));
        }
    }
    return log;
}

}  // namespace interlock::ci
