#include "ci/command/from_log.hpp"

#include "ci/command/options.hpp"
#include "ci/production/rebuild.hpp"
#include "ci/report/color.hpp"
#include "ci/report/file.hpp"
#include "ci/report/table.hpp"
#include "ci/report/text.hpp"
#include "models/scenario/reader.hpp"
#include "models/scenario/world.hpp"
#include "models/scenario/writer.hpp"

#include <fmt/format.h>

namespace interlock::ci {

namespace {

// Whether exactly those calls are stuck that are to be.
bool is_wanted(
    const Rebuilt& rebuilt, const models::Program& program, const std::vector<std::uint8_t>& codes
) {
    for (std::size_t site = 0; site < codes.size(); ++site) {
        const auto found = rebuilt.is_stuck.find(program.sites[site].label);
        const bool is_stuck = codes[site] == models::stuck;
        if (found != rebuilt.is_stuck.end() && found->second != is_stuck) {
            return false;
        }
    }
    return true;
}

void tell(const Rebuilt& rebuilt) {
    print("What the log ends with:\n");
    for (const auto& [label, is_stuck] : rebuilt.is_stuck) {
        print(fmt::format("  {} {}\n", label, is_stuck ? "never ended" : "is over"));
    }
    print(fmt::format("  {} other calls are over and left nothing\n", rebuilt.left_out));
    if (!rebuilt.assumed.empty()) {
        print("\nWhat it does not say, and is assumed:\n");
        for (const std::string& sentence : rebuilt.assumed) {
            print(wrapped("- " + sentence + ".", 2));
        }
    }
}

Exit search(const FromLog& wanted, const Rebuilt& rebuilt, Loaded loaded) {
    Overrides overrides = wanted.overrides;
    overrides.stop = models::Stop::never;
    auto ran = run(std::move(loaded), overrides);
    if (const auto* problem = std::get_if<std::string>(&ran)) {
        return complain(*problem);
    }
    const auto& checked = std::get<Checked>(ran);
    const models::Program& program = checked.loaded.program;
    const models::Trace* found = nullptr;
    for (const auto& [codes, trace] : checked.witnesses) {
        const bool is_better = found == nullptr || models::is_simpler(trace, *found);
        if (is_better && is_wanted(rebuilt, program, codes)) {
            found = &trace;
        }
    }
    if (found == nullptr) {
        print(fmt::format(
            "\nNone of {} executions ends so{}.\n",
            checked.result.executions,
            checked.result.is_complete ? ": it takes something that is not in the log"
                                       : ", but not all were run: " + checked.result.why
        ));
        return checked.result.is_complete ? Exit::not_as_expected : Exit::gave_up;
    }
    const Context context{program, checked.loaded.scenario.file};
    const Story story = story_of(context, *found);
    print(fmt::format(
        "\nA schedule that ends so, the simplest of {} executions:\n\n{}",
        checked.result.executions,
        table_of(story)
    ));
    print("\n");
    for (const std::string& sentence : story.end) {
        print("  - " + sentence + ".\n");
    }
    if (!wanted.output.empty()) {
        print(fmt::format("\nRun it again:\n  {}\n", replay_command(checked.loaded, *found)));
    }
    return Exit::as_expected;
}

}  // namespace

Exit reproduce_from_log(const FromLog& wanted) {
    const auto text = read_file(wanted.log);
    if (const auto* problem = std::get_if<FileProblem>(&text)) {
        return complain(problem->text);
    }
    std::string problem;
    const auto log = read_log(std::get<std::string>(text), wanted.log, problem);
    if (!log) {
        return complain(problem);
    }
    if (log->events.empty()) {
        return complain(fmt::format(
            "{}: none of its {} lines is of a job, such as 'event=queued job=refresh call=7'; is a "
            "LogObserver in the program's registry?",
            wanted.log,
            log->lines
        ));
    }
    std::optional<models::Scenario> known;
    if (!wanted.policies.empty()) {
        auto read = models::read_scenario_file(wanted.policies);
        if (const auto* wrong = std::get_if<models::Diagnostic>(&read)) {
            return complain(models::text_of(*wrong, wanted.policies));
        }
        known = std::get<models::Scenario>(std::move(read));
    }
    auto rebuilt = rebuild(
        incident_of(*log),
        known ? &*known : nullptr,
        wanted.overrides.revision.value_or(known ? known->revision : "interlock")
    );
    if (const auto* wrong = std::get_if<std::string>(&rebuilt)) {
        return complain(fmt::format("{}: {}", wanted.log, *wrong));
    }
    auto& built = std::get<Rebuilt>(rebuilt);
    if (built.scenario.tasks.empty()) {
        print("Every call in the log is over and left nothing: nothing hangs there.\n");
        return Exit::as_expected;
    }
    // As if it were read from the file that it may be written to.
    const std::string yaml = models::yaml_of(built.scenario);
    const std::string file = wanted.output.empty() ? "from-log.yaml" : wanted.output;
    auto read = models::read_scenario(yaml, file);
    if (const auto* wrong = std::get_if<models::Diagnostic>(&read)) {
        return complain(models::text_of(*wrong, file));
    }
    auto& scenario = std::get<models::Scenario>(read);
    auto compiled = models::compile(scenario);
    if (const auto* wrong = std::get_if<models::Diagnostic>(&compiled)) {
        return complain(models::text_of(*wrong, file));
    }
    if (!wanted.output.empty()) {
        if (const std::string wrong = write_file(wanted.output, yaml); !wrong.empty()) {
            return complain(wrong);
        }
    }
    tell(built);
    return search(
        wanted, built, {std::move(scenario), std::get<models::Program>(std::move(compiled))}
    );
}

}  // namespace interlock::ci
