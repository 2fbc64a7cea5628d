#include "ci/command/minimise.hpp"

#include "ci/command/progress.hpp"
#include "models/minimise/minimise.hpp"
#include "models/scenario/writer.hpp"
#include "properties/monitors.hpp"

#include <algorithm>

namespace interlock::ci {

namespace {

std::optional<Smallest> smallest_of(
    const Checked& checked, const models::CheckOptions& options, double seconds
) {
    const models::Violation& told = told_of(checked);
    models::Scenario scenario = checked.loaded.scenario;
    scenario.explore.strategy = options.strategy;
    scenario.explore.faults = options.faults;
    scenario.expect = {.violated = told.finding.property};
    const models::JudgeOf judge_of = [](const models::Program& program) {
        return std::make_unique<properties::Monitors>(program);
    };
    auto found = models::smallest_that_violates(scenario, told, judge_of, options, seconds);
    if (models::yaml_of(found.scenario) == models::yaml_of(scenario)) {
        return std::nullopt;
    }
    Smallest smallest;
    smallest.loaded.program = std::get<models::Program>(models::compile(found.scenario));
    smallest.loaded.scenario = std::move(found.scenario);
    smallest.loaded.scenario.about.clear();  // it said something of the whole
    smallest.tried = found.tried;
    smallest.is_minimal = found.is_minimal;
    properties::Monitors monitors(smallest.loaded.program);
    smallest.violation = models::with_fewest_switches(
        smallest.loaded.program,
        monitors,
        found.violation,
        models::narrowed(options, smallest.loaded.scenario)
    );
    return smallest;
}

}  // namespace

const models::Violation& told_of(const Checked& checked) {
    const auto& violations = checked.result.violations;
    const auto told = std::find_if(violations.begin(), violations.end(), [&](const auto& v) {
        return v.finding.property == checked.loaded.scenario.expect.violated;
    });
    return told == violations.end() ? violations.front() : *told;
}

void minimise(Checked& checked, const models::CheckOptions& options, double seconds) {
    if (checked.result.violations.empty()) {
        return;
    }
    models::CheckOptions bounded = options;
    bounded.interrupt = interrupt_token();
    bounded.budget.seconds = std::min(seconds, options.budget.seconds);
    properties::Monitors monitors(checked.loaded.program);
    for (models::Violation& violation : checked.result.violations) {
        violation =
            models::with_fewest_switches(checked.loaded.program, monitors, violation, bounded);
    }
    checked.smallest = smallest_of(checked, bounded, seconds);
}

}  // namespace interlock::ci
