#include "core/job/log_line.hpp"

#include "core/job/seconds.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace interlock {

namespace {

bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_plain(std::string_view value) noexcept {
    return !value.empty() && std::none_of(value.begin(), value.end(), [](char c) {
        return c == ' ' || c == '=' || c == '"' || c == '\\' || is_control(c);
    });
}

void append_escaped(std::string& line, char c) {
    switch (c) {
        case '"':
        case '\\':
            line += '\\';
            line += c;
            return;
        case '\n':
            line += "\\n";
            return;
        case '\r':
            line += "\\r";
            return;
        case '\t':
            line += "\\t";
            return;
        default:
            break;
    }
    if (!is_control(c)) {
        line += c;
        return;
    }
    std::array<char, 8> code{};
    std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned int>(c));
    line += code.data();
}

void append(std::string& line, std::string_view key, std::string_view value) {
    if (!line.empty()) {
        line += ' ';
    }
    line += key;
    line += '=';
    if (is_plain(value)) {
        line += value;
        return;
    }
    line += '"';
    for (const char c : value) {
        append_escaped(line, c);
    }
    line += '"';
}

void append(std::string& line, std::string_view key, CallId call) {
    if (call) {
        append(line, key, std::to_string(call.value));
    }
}

}  // namespace

std::string log_line(const Event& event) {
    std::string line;
    append(line, "event", name_of(event.kind));
    if (event.job != nullptr) {
        append(line, "job", event.job->name);
    }
    if (event.group != nullptr) {
        append(line, "group", event.group->name);
    }
    append(line, "call", event.call);
    append(line, "parent", event.parent);
    if (event.kind == EventKind::finished) {
        append(line, "how", name_of(event.how));
    }
    if (event.kind == EventKind::refused) {
        append(line, "reason", name_of(event.reason));
        append(line, "holder", event.holder);
        if (event.retry_after != Duration::zero()) {
            append(line, "retry_after", seconds_text(event.retry_after) + "s");
        }
        if (event.is_dry) {
            append(line, "dry_run", "true");
        }
    }
    return line;
}

LogObserver::LogObserver(Sink sink, Filter filter) noexcept
    : sink_(std::move(sink)), filter_(std::move(filter)) {}

void LogObserver::on_event(const Event& event) noexcept {
    try {
        if (!filter_ || filter_(event)) {
            sink_(log_line(event));
        }
    } catch (...) {
        lost_.fetch_add(1, std::memory_order_relaxed);
    }
}

}  // namespace interlock
