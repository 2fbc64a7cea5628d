// Short ways for tests to make, run and watch scenarios.
#pragma once

#include "models/check.hpp"
#include "models/scenario/reader.hpp"
#include "properties/monitors.hpp"

#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace interlock::test {

// A scenario given without its first two lines.
inline models::Scenario scenario_of(const std::string& yaml) {
    auto scenario = models::read_scenario("interlock: 1\nname: test\n" + yaml, "test.yaml");
    if (const auto* problem = std::get_if<models::Diagnostic>(&scenario)) {
        ADD_FAILURE() << models::text_of(*problem, "test.yaml");
        return {};
    }
    return std::get<models::Scenario>(std::move(scenario));
}

// Its program.
inline models::Program program_of(const std::string& yaml) {
    auto program = models::compile(scenario_of(yaml));
    if (const auto* problem = std::get_if<models::Diagnostic>(&program)) {
        ADD_FAILURE() << models::text_of(*problem, "test.yaml");
        return {};
    }
    return std::get<models::Program>(std::move(program));
}

// All of it, with every property watched.
inline models::Result explore(
    const models::Program& program,
    const models::CheckOptions& options = {.stop = models::Stop::never}
) {
    properties::Monitors monitors(program);
    return models::check(program, monitors, options);
}

// Shows every trace to a test on its way to the judge.
class OnTrace final : public models::Judge {
  public:
    OnTrace(models::Judge& judge, std::function<void(const models::Trace&)> see)
        : judge_(judge), see_(std::move(see)) {}

    void judge(const models::Trace& trace, std::vector<models::Finding>& findings) override {
        see_(trace);
        judge_.judge(trace, findings);
    }

  private:
    models::Judge& judge_;
    std::function<void(const models::Trace&)> see_;
};

}  // namespace interlock::test
