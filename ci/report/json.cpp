#include "ci/report/json.hpp"

#include "ci/report/guarantee.hpp"
#include "ci/report/words.hpp"
#include "models/scenario/world.hpp"
#include "models/scenario/writer.hpp"
#include "models/trace/schedule.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace interlock::ci {

using Json = nlohmann::ordered_json;

namespace {

Json trace_json(const Context& context, const models::Trace& trace) {
    Json events = Json::array();
    for (const models::TraceEvent& event : trace.events) {
        Json one{
            {"step", event.step},
            {"task", context.program.tasks[event.task.value].name},
            {"event", models::name_of(event.kind)},
        };
        if (event.site != models::no_site) {
            one["call"] = context.program.sites[event.site].label;
        }
        if (event.lock != models::no_lock) {
            one["lock"] = context.program.locks[event.lock].name;
        }
        one["at_us"] = static_cast<double>(event.at_ns) / 1000;
        events.push_back(std::move(one));
    }
    return events;
}

// Sorted by their text, so that the order says nothing about the search.
Json outcomes_json(const models::Program& program, const models::Result& result) {
    std::vector<Json> outcomes;
    for (const auto& codes : result.outcomes) {
        nlohmann::json outcome = nlohmann::json::object();  // keys sorted
        for (std::size_t site = 0; site < codes.size(); ++site) {
            if (codes[site] != models::never_made) {
                outcome[program.sites[site].label] = models::name_of_outcome(codes[site]);
            }
        }
        outcomes.emplace_back(std::move(outcome));
    }
    std::sort(outcomes.begin(), outcomes.end(), [](const Json& a, const Json& b) {
        return a.dump() < b.dump();
    });
    return outcomes;
}

Json object_of(const Checked& checked) {
    const models::Result& result = checked.result;
    const models::Program& program = checked.loaded.program;
    const Context context{program, checked.loaded.scenario.file};
    Json violations = Json::array();
    for (const models::Violation& violation : result.violations) {
        violations.push_back({
            {"property", name_of(violation.finding.property)},
            {"message", message_of(context, violation)},
            {"schedule",
             models::text_of(models::schedule_of(program.fingerprint, violation.trace))},
            {"switches", violation.trace.switches},
            {"fewest", violation.has_fewest_switches},
            {"trace", trace_json(context, violation.trace)},
        });
    }
    Json object{
        {"scenario", program.name},
        {"revision", program.revision},
        {"verdict", name_of(result.verdict)},
        {"expected", checked.is_expected},
        {"strategy", name_of(checked.strategy)},
        {"complete", result.is_complete},
        {"executions", result.executions},
        {"blocked", result.blocked},
        {"states", result.guarantee.states ? Json(*result.guarantee.states) : Json()},
        {"steps", result.steps},
        {"wall_s", result.wall_s},
        {"violations", std::move(violations)},
        {"outcomes", outcomes_json(program, result)},
    };
    if (!result.why.empty()) {
        object["why"] = result.why;
    }
    object["never_exercised"] = checked.never_exercised;
    if (checked.smallest) {
        const Smallest& smallest = *checked.smallest;
        object["smallest"] = {
            {"scenario", models::yaml_of(smallest.loaded.scenario)},
            {"minimal", smallest.is_minimal},
            {"tried", smallest.tried},
            {"schedule",
             models::text_of(
                 models::schedule_of(smallest.loaded.program.fingerprint, smallest.violation.trace)
             )},
            {"switches", smallest.violation.trace.switches},
            {"fewest", smallest.violation.has_fewest_switches},
        };
    }
    object["guarantee"] = json_of(result.guarantee);
    if (result.saturation) {
        object["saturation"] = json_of(*result.saturation);
    }
    return object;
}

}  // namespace

std::string json_of(const Checked& checked) {
    return object_of(checked).dump(2) + "\n";
}

std::string json_of(const std::vector<Checked>& gate) {
    Json results = Json::array();
    bool is_as_expected = true;
    for (const Checked& checked : gate) {
        is_as_expected = is_as_expected && checked.is_expected;
        results.push_back(object_of(checked));
    }
    return Json{{"expected", is_as_expected}, {"results", std::move(results)}}.dump(2) + "\n";
}

}  // namespace interlock::ci
