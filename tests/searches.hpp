// Searches of one program in many ways, and all that they say, to be compared.
#pragma once

#include "models/search.hpp"
#include "models/trace/schedule.hpp"
#include "properties/generators.hpp"
#include "tests/programs.hpp"
#include "tests/scenarios.hpp"

#include <optional>
#include <string>

#include <rapidcheck.h>

namespace interlock::test {

inline constexpr std::uint64_t executions_max = 3000;

inline models::Judges judges_of(const models::Program& program) {
    return [&] { return std::make_unique<properties::Monitors>(program); };
}

inline models::Result by_threads(
    const models::Program& program, models::CheckOptions options, std::uint32_t threads
) {
    options.threads = threads;
    return models::search(program, judges_of(program), options);
}

// All that a complete search says, in words; but which of equivalent executions was run,
// and so is shown, is up to the parts.
inline std::string summary_of(const models::Result& result) {
    std::string text = std::string(models::name_of(result.verdict)) + " " +
                       std::to_string(result.executions) + " " + std::to_string(result.steps) +
                       (result.is_complete ? " complete" : " not complete") + " " +
                       std::to_string(result.blocked) + " blocked";
    const models::Saturation seen = result.coverage.saturation();
    text += ", " + std::to_string(seen.orders.count) + " orders, " +
            std::to_string(seen.outcomes.count) + " outcomes, " + std::to_string(seen.turns_least) +
            " to " + std::to_string(seen.turns_most) + " steps";
    const bool is_each_run = result.guarantee.footprints == models::FootprintKind::none;
    for (const models::Violation& violation : result.violations) {
        text.append(" ").append(models::name_of(violation.finding.property));
        if (is_each_run) {
            text += " " + std::to_string(violation.finding.event) + " " +
                    models::text_of(models::schedule_of(0, violation.trace));
        }
    }
    for (const auto& outcomes : result.outcomes) {
        text += " ";
        for (std::uint8_t const outcome : outcomes) {
            text += std::to_string(outcome) + ",";
        }
    }
    return text;
}

// The whole search by one, if it is not too large.
inline std::optional<models::Result> whole_of(
    const models::Program& program, models::CheckOptions options
) {
    options.budget.executions = executions_max;
    models::Result result = explore(program, options);
    if (!result.is_complete) {
        return std::nullopt;
    }
    return result;
}

struct Made {
    models::Program program;
    models::CheckOptions options{.stop = models::Stop::never};
};

// A scenario of any kind, and faults.
inline Made made_up(models::Strategy strategy = models::Strategy::exhaustive) {
    const bool has_faults = *rc::gen::arbitrary<bool>();
    const bool is_any_time = *rc::gen::arbitrary<bool>();
    const auto scenario = *properties::scenarios(properties::all_but_forks);
    auto program = models::compile(scenario);
    RC_PRE(std::holds_alternative<models::Program>(program));
    Made made{std::get<models::Program>(std::move(program))};
    if (has_faults) {
        made.options.faults = {.raise = 1, .cancel = 1};
    }
    made.options.time = is_any_time ? models::TimeMode::all : models::TimeMode::fixed;
    if (strategy == models::Strategy::optimal) {
        made.options.strategy = strategy;
        made.options.time = models::TimeMode::fixed;
    }
    return made;
}

// Four tasks on one mutex: 6720 executions (see explorer_test).
inline const std::string four_on_a_mutex = takers(4, 1);

// Five tasks of five steps: 25! / 5!^5, more than anybody will run.
inline const std::string endless = "tasks: {many: {steps: [{work: 4}], count: 5}}";

}  // namespace interlock::test
