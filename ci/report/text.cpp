#include "ci/report/text.hpp"

#include "ci/report/guarantee.hpp"
#include "ci/report/table.hpp"
#include "ci/report/words.hpp"
#include "models/scenario/world.hpp"
#include "models/scenario/writer.hpp"
#include "models/trace/schedule.hpp"

#include <fmt/format.h>

namespace interlock::ci {

namespace {

constexpr std::size_t outcomes_shown_max = 20;

std::string counted(std::uint64_t count, std::string_view thing) {
    return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string outcomes_text(const models::Program& program, const models::Result& result) {
    std::string text = fmt::format(
        "  {}{}:\n",
        counted(result.outcomes.size(), "outcome"),
        result.has_all_outcomes ? "" : ", and those with identical tasks exchanged"
    );
    std::size_t shown = 0;
    for (const auto& codes : result.outcomes) {
        if (++shown > outcomes_shown_max) {
            text += fmt::format(
                "    … {} more (--json has all)\n", result.outcomes.size() - outcomes_shown_max
            );
            break;
        }
        text += "   ";
        for (std::size_t site = 0; site < codes.size(); ++site) {
            if (codes[site] != models::never_made) {
                text += fmt::format(
                    " {}={}", program.sites[site].label, models::name_of_outcome(codes[site])
                );
            }
        }
        text += '\n';
    }
    return text;
}

}  // namespace

std::string expectation_text(const models::ExpectSpec& expect) {
    if (expect.violated) {
        return fmt::format("a violation of {}", name_of(*expect.violated));
    }
    return expect.any_violation ? "a violation" : "that it holds";
}

std::string verdict_text(const Checked& checked) {
    const models::Result& result = checked.result;
    switch (result.verdict) {
        case models::Verdict::holds:
            if (result.guarantee.states) {
                return fmt::format(
                    "holds in all {} states, told apart by {} bits",
                    *result.guarantee.states,
                    result.guarantee.hash_bits
                );
            }
            return fmt::format(
                "holds in {}{}{}",
                result.executions == 1 ? "the only execution"
                                       : fmt::format("all {} executions", result.executions),
                checked.strategy == models::Strategy::optimal
                    ? ", one of each class of equivalent ones"
                    : "",
                result.guarantee.is_verified()
                    ? ": verified"
                    : fmt::format(" (footprints: {})", name_of(result.guarantee.footprints))
            );
        case models::Verdict::violated: {
            std::string properties;
            for (const models::Violation& violation : result.violations) {
                properties += properties.empty() ? "" : ", ";
                properties += name_of(violation.finding.property);
            }
            return "violated: " + properties;
        }
        case models::Verdict::gave_up:
            return fmt::format(
                "gave up: {}; nothing found in {}, which proves nothing",
                result.why,
                counted(result.executions, "execution")
            );
        case models::Verdict::broken:
            return "broken: " + result.why;
    }
    return {};
}

std::string replay_command(const Loaded& loaded, const models::Trace& trace) {
    return replay_command(
        loaded, models::text_of(models::schedule_of(loaded.program.fingerprint, trace))
    );
}

std::string replay_command(const Loaded& loaded, const std::string& schedule) {
    return fmt::format(
        "{} replay {} --revision {} --schedule {}",
        program_name(),
        loaded.scenario.file,
        loaded.program.revision,
        schedule
    );
}

std::string line_of(const Report& report) {
    return fmt::format(
        "{}  {:<44} {:<10} {}{}\n",
        report.is_expected ? "ok  " : "FAIL",
        report.name,
        report.revision,
        report.verdict_text,
        report.is_expected ? (report.verdict == models::Verdict::violated ? ", as expected" : "")
                           : fmt::format("; expected {}", report.expectation)
    );
}

std::string text_of(const Checked& checked) {
    const models::Result& result = checked.result;
    const models::Program& program = checked.loaded.program;
    const Context context{program, checked.loaded.scenario.file};
    std::string text = fmt::format(
        "{} (revision {}): {}\n", program.name, program.revision, verdict_text(checked)
    );
    text += checked.is_expected ? std::string("  as expected\n")
                                : fmt::format(
                                      "  NOT as expected: the file expects {}\n",
                                      expectation_text(checked.loaded.scenario.expect)
                                  );
    for (const models::Violation& violation : result.violations) {
        text += fmt::format(
            "  {}: {}\n    see it: {}\n{}",
            name_of(violation.finding.property),
            message_of(context, violation),
            replay_command(checked.loaded, violation.trace),
            violation.has_fewest_switches
                ? fmt::format(
                      "    {} switches: no schedule with fewer violates it\n",
                      violation.trace.switches
                  )
                : ""
        );
    }
    text += outcomes_text(program, result);
    text += fmt::format(
        "  {}, {}, {:.3f} s\n  guarantee: {}\n",
        counted(result.executions, "execution"),
        counted(result.steps, "step"),
        result.wall_s,
        words_of(result.guarantee)
    );
    if (!checked.never_exercised.empty()) {
        text += fmt::format("  never exercised: {}\n", fmt::join(checked.never_exercised, ", "));
    }
    if (result.saturation) {
        text += fmt::format("  saturation: {}\n", words_of(*result.saturation, result.executions));
    }
    return text + smallest_text(checked);
}

std::string smallest_text(const Checked& checked) {
    if (!checked.smallest) {
        return {};
    }
    return fmt::format(
        "\n{}:\n\n{}",
        smallest_title(*checked.smallest),
        models::yaml_of(checked.smallest->loaded.scenario)
    );
}

std::string smallest_title(const Smallest& smallest) {
    return fmt::format(
        "The smallest scenario that shows it ({} were tried{}); {} steps, {} switches between "
        "tasks{}",
        smallest.tried,
        smallest.is_minimal ? ", and it needs every part" : ", and there was no time for more",
        smallest.violation.trace.steps,
        smallest.violation.trace.switches,
        smallest.violation.has_fewest_switches ? ", the fewest" : ""
    );
}

std::string story_text(const Checked& checked, const models::Violation& violation) {
    const Loaded& loaded = checked.loaded;
    const Context context{loaded.program, loaded.scenario.file};
    std::string text = fmt::format(
        "The schedule, found in {} executions; {} steps, {} switches between tasks:\n\n",
        checked.result.executions,
        violation.trace.steps,
        violation.trace.switches
    );
    text += table_of(story_of(context, violation.trace));
    text += fmt::format("\nWhat is wrong ({}):\n", name_of(violation.finding.property));
    auto sentences = end_of(context, violation.trace);
    if (sentences.empty() || violation.trace.round) {
        sentences.push_back(message_of(context, violation));
    }
    for (const std::string& sentence : sentences) {
        text += "  - " + sentence + ".\n";
    }
    if (violation.has_fewest_switches) {
        text += "\nNo schedule with fewer switches violates it: all of them were run.\n";
    }
    text += fmt::format("\nRun it again:\n  {}\n", replay_command(loaded, violation.trace));
    return text;
}

std::string trace_text(const Loaded& loaded, const models::Trace& trace) {
    const Context context{loaded.program, loaded.scenario.file};
    std::string text;
    for (const models::TraceEvent& event : trace.events) {
        std::string const phrase = phrase_of(context, trace, event);
        if (!phrase.empty()) {
            text += fmt::format(
                "{:>4}  {:>12} us  {}: {}\n",
                event.step,
                static_cast<double>(event.at_ns) / 1000,
                loaded.program.tasks[event.task.value].name,
                phrase
            );
        }
    }
    return text;
}

}  // namespace interlock::ci
