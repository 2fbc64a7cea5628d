// The readers of what comes from outside, fed with bytes: each must answer or complain, and what it
// reads it must be able to write and read back.
#pragma once

#include "ci/baseline/snapshot.hpp"
#include "ci/production/log_reader.hpp"
#include "models/scenario/reader.hpp"
#include "models/scenario/writer.hpp"
#include "models/trace/schedule.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace interlock::test {

inline void demand(bool holds, const char* what) {
    if (!holds) {
        throw std::logic_error(what);
    }
}

inline void feed_scenario(std::string_view bytes) {
    auto read = models::read_scenario(bytes, "fuzz.yaml");
    if (const auto* problem = std::get_if<models::Diagnostic>(&read)) {
        demand(!problem->message.empty(), "a refusal without a word");
        return;
    }
    const auto& scenario = std::get<models::Scenario>(read);
    const std::string yaml = models::yaml_of(scenario);
    const auto again = models::read_scenario(yaml, "again.yaml");
    demand(std::holds_alternative<models::Scenario>(again), "what it writes it cannot read");
    demand(models::yaml_of(std::get<models::Scenario>(again)) == yaml, "it reads something else");
}

inline void feed_schedule(std::string_view bytes) {
    std::string problem;
    const auto schedule = models::schedule_from(bytes, problem);
    if (!schedule) {
        demand(!problem.empty(), "a refusal without a word");
        return;
    }
    const auto again = models::schedule_from(models::text_of(*schedule), problem);
    demand(again.has_value(), "what it writes it cannot read");
    demand(
        again->scenario == schedule->scenario && again->choices == schedule->choices &&
            again->faults == schedule->faults,
        "it reads something else"
    );
}

inline void feed_log(std::string_view bytes) {
    std::string problem;
    const auto log = ci::read_log(bytes, "fuzz.log", problem);
    demand(log.has_value() == problem.empty(), "a refusal without a word, or a word without one");
    demand(!log || log->events.size() <= log->lines, "more events than lines");
}

inline void feed_snapshot(std::string_view bytes) {
    const auto read = ci::read_snapshot(bytes, "fuzz");
    if (const auto* problem = std::get_if<std::string>(&read)) {
        demand(!problem->empty(), "a refusal without a word");
        return;
    }
    const auto& snapshot = std::get<ci::Snapshot>(read);
    const auto again = ci::read_snapshot(ci::text_of(snapshot), "again");
    demand(std::holds_alternative<ci::Snapshot>(again), "what it writes it cannot read");
    demand(std::get<ci::Snapshot>(again) == snapshot, "it reads something else");
}

struct FedReader {
    std::string_view name;  // and of its corpus
    void (*feed)(std::string_view bytes);
};
inline constexpr std::array<FedReader, 4> fed_readers{{
    {"scenario", &feed_scenario},
    {"schedule", &feed_schedule},
    {"log", &feed_log},
    {"snapshot", &feed_snapshot},
}};

}  // namespace interlock::test
