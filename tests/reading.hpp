// Short ways for tests to read scenarios, and what a piece of one stands in.
#pragma once

#include "models/scenario/reader.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace interlock::test {

inline models::Scenario scenario_in(std::string_view text) {
    auto read = models::read_scenario(text, "file.yaml");
    if (const auto* diagnostic = std::get_if<models::Diagnostic>(&read)) {
        ADD_FAILURE() << models::text_of(*diagnostic, "file.yaml");
        return {};
    }
    return std::get<models::Scenario>(std::move(read));
}

// "line:column: message"
inline std::string problem_in(std::string_view text) {
    const auto read = models::read_scenario(text, "file.yaml");
    const auto* diagnostic = std::get_if<models::Diagnostic>(&read);
    return diagnostic == nullptr ? "nothing" : models::text_of(*diagnostic, "");
}

// What a case stands in, so that it is a scenario but for its problem.
struct Frame {
    std::string before;
    std::string after;
};

inline const Frame in_file{"", ""};
inline const Frame in_head{"interlock: 1\nname: n\n", ""};                        // from line 3 on
inline const Frame after_tasks{"interlock: 1\nname: n\ntasks: {t: []}\n", ""};    // from line 4 on
inline const Frame in_job{in_head.before + "jobs: {j: {", "}}\ntasks: {t: []}"};  // from 3:12 on
inline const Frame in_period{in_job.before + "period: ", in_job.after};           // from 3:20 on
inline const Frame in_step{in_head.before + "tasks: {t: [", "]}"};                // from 3:13 on

}  // namespace interlock::test
