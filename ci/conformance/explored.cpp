#include "ci/conformance/explored.hpp"

#include "ci/conformance/compare.hpp"
#include "ci/conformance/journal.hpp"
#include "models/scenario/world.hpp"
#include "models/trace/schedule.hpp"

#include <algorithm>

namespace interlock::ci {

namespace {

Json sorted(const Json& list) {
    std::vector<Json> items(list.begin(), list.end());
    std::sort(items.begin(), items.end(), [](const Json& a, const Json& b) {
        return a.dump() < b.dump();
    });
    return items;
}

// Ends the search at the execution that comes to the recorded outcome.
class Seeker final : public models::Judge {
  public:
    Seeker(const GoldenCase& golden, const models::Program& program, models::Scheduler& scheduler)
        : golden_(golden),
          program_(program),
          scheduler_(scheduler),
          sought_(outcome_of(golden.expected)) {}

    // Run again to hear what the trace does not have: messages, and the state at the end.
    void judge(const models::Trace& trace, std::vector<models::Finding>& findings) override {
        const std::vector<models::Choice> choices = models::choices_of(trace);
        Journal journal(golden_, program_, scheduler_);
        models::ScenarioWorld world(program_, scheduler_, &journal);
        scheduler_.run(world, {.prefix = choices}, again_);
        if (differences(outcome_of(journal.result()), sought_).empty()) {
            findings.emplace_back();
        }
    }

  private:
    const GoldenCase& golden_;
    const models::Program& program_;
    models::Scheduler& scheduler_;
    Json sought_;
    models::Trace again_;
};

}  // namespace

Json outcome_of(const Json& happened) {
    Json outcome = Json::object();
    if (happened.contains("decorate_error")) {
        outcome["decorate_error"] = happened["decorate_error"];
        return outcome;
    }
    for (const char* const list : {"calls", "pending", "leaks"}) {
        outcome[list] = sorted(happened.at(list));
    }
    outcome["deadlock"] = happened.at("deadlock");
    const Json& end = happened.at("end_state");
    outcome["end_state"] = {{"methods", end.at("methods")}, {"groups", end.at("groups")}};
    return outcome;
}

Sought seek(const GoldenCase& golden, models::CheckOptions options) {
    Sought sought;
    if (const auto* problem = std::get_if<std::string>(&golden.program)) {
        sought.is_found = golden.expected.value("decorate_error", "") == *problem;
        sought.why = "it cannot be decorated: " + *problem;
        return sought;
    }
    const auto& program = std::get<models::Program>(golden.program);
    models::Scheduler scheduler;
    models::ScenarioWorld world(program, scheduler);
    Seeker seeker(golden, program, scheduler);
    options.stop = models::Stop::first;
    const models::Result result = models::check(scheduler, world, seeker, options);
    sought.executions = result.executions;
    sought.is_found = !result.violations.empty();
    if (result.is_complete) {
        sought.why = "no execution comes to the recorded outcome";
    } else {
        sought.why = result.why;
        sought.gave_up = result.verdict == models::Verdict::gave_up;
    }
    return sought;
}

}  // namespace interlock::ci
