// Scenarios that several tests use, without their first two lines.
#pragma once

#include <string>

namespace interlock::test {

// Each of `count` takes the fork to the left, then that to the right, and gives both back.
inline std::string philosophers(int count) {
    std::string yaml = "tasks:\n";
    for (int i = 0; i < count; ++i) {
        const std::string name = std::to_string(i);
        const std::string left = "f" + name;
        const std::string right = "f" + std::to_string((i + 1) % count);
        for (const std::string& part : {
                 "  p" + name,
                 ": [{hold: " + left,
                 "}, {hold: " + right,
                 "}, {unhold: " + right,
                 "}, {unhold: " + left,
                 std::string("}]\n"),
             }) {
            yaml += part;
        }
    }
    return yaml;
}

// `count` identical tasks that each take one mutex and give it back, `rounds` times.
inline std::string takers(int count, int rounds) {
    std::string steps;
    for (int i = 0; i < rounds; ++i) {
        steps += std::string(i == 0 ? "" : ", ") + "{hold: m}, {unhold: m}";
    }
    return "tasks: {many: {steps: [" + steps + "], count: " + std::to_string(count) + "}}";
}

}  // namespace interlock::test
