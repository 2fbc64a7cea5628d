#include "ci/baseline/snapshot.hpp"

#include "ci/report/file.hpp"
#include "models/scenario/world.hpp"
#include "models/trace/schedule.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tuple>

namespace interlock::ci {

namespace {

// Names of scenarios are any text; here they are a line.
std::string one_line(std::string_view text) {
    std::string line(text);
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' '
    );
    return line;
}

// Strategies differ in what they leave out, not in what they come to; these do.
std::string under(const models::Guarantee& guarantee) {
    std::vector<std::string> words;
    if (guarantee.discipline != "cooperative") {
        words.emplace_back(guarantee.discipline);
    }
    if (guarantee.time != "fixed") {
        words.push_back(fmt::format("time {}", guarantee.time));
    }
    if (guarantee.faults != models::Faults{}) {
        words.push_back(fmt::format(
            "faults raise {} cancel {}", guarantee.faults.raise, guarantee.faults.cancel
        ));
    }
    return fmt::format("{}", fmt::join(words, ", "));
}

auto key_of(const Behaviour& behaviour) {
    return std::tie(behaviour.scenario, behaviour.revision);
}

}  // namespace

std::string behaviour_name(const models::Program& program) {
    return one_line(program.name);
}

std::string outcome_text(const models::Program& program, const std::vector<std::uint8_t>& codes) {
    std::string text;
    for (std::size_t site = 0; site < codes.size(); ++site) {
        if (codes[site] != models::never_made) {
            text += fmt::format(
                "{}{}={}",
                text.empty() ? "" : " ",
                program.sites[site].label,
                models::name_of_outcome(codes[site])
            );
        }
    }
    return text.empty() ? "no call" : text;
}

std::string schedule_text(const Behaviour& behaviour, std::string_view shown) {
    return fmt::format("{}:{}", behaviour.program, shown);
}

Behaviour behaviour_of(const Checked& checked) {
    const models::Program& program = checked.loaded.program;
    Behaviour behaviour;
    behaviour.scenario = behaviour_name(program);
    behaviour.revision = program.revision;
    behaviour.file = one_line(checked.loaded.scenario.file);
    const std::string empty = models::text_of(models::Schedule{program.fingerprint, {}});
    behaviour.program = empty.substr(0, empty.rfind(':'));
    behaviour.under = under(checked.result.guarantee);
    behaviour.is_complete = checked.result.is_complete;
    const auto shown = [&](const models::Trace& trace) {
        return models::text_of(models::schedule_of(program.fingerprint, trace))
            .substr(empty.size());
    };
    for (const models::Violation& violation : checked.result.violations) {
        behaviour.violations.emplace(name_of(violation.finding.property), shown(violation.trace));
    }
    for (const auto& codes : checked.result.outcomes) {
        const auto found = checked.witnesses.find(codes);
        behaviour.outcomes.emplace(
            outcome_text(program, codes),
            found == checked.witnesses.end() ? std::string() : shown(found->second)
        );
    }
    return behaviour;
}

std::variant<Snapshot, std::string> snapshot_of(std::vector<Behaviour> behaviours) {
    std::sort(behaviours.begin(), behaviours.end(), [](const auto& a, const auto& b) {
        return key_of(a) < key_of(b);
    });
    const auto twice =
        std::adjacent_find(behaviours.begin(), behaviours.end(), [](const auto& a, const auto& b) {
            return key_of(a) == key_of(b);
        });
    if (twice != behaviours.end()) {
        return fmt::format(
            "two scenarios of revision {} are called '{}': {} and {}; a snapshot needs names that "
            "differ",
            twice->revision,
            twice->scenario,
            twice->file,
            std::next(twice)->file
        );
    }
    return behaviours;
}

namespace {

constexpr std::string_view first_line = "interlock-snapshot 1";
constexpr std::string_view by = " by ";

std::string section_of(const Behaviour& behaviour) {
    std::string text = fmt::format(
        "\nscenario {}\nrevision {}\nfile {}\nprogram {}\n",
        behaviour.scenario,
        behaviour.revision,
        behaviour.file,
        behaviour.program
    );
    if (!behaviour.under.empty()) {
        text += fmt::format("under {}\n", behaviour.under);
    }
    if (!behaviour.is_complete) {
        text += "incomplete\n";
    }
    for (const auto& [property, shown] : behaviour.violations) {
        text += fmt::format("violated {}{}{}\n", property, by, shown);
    }
    for (const auto& [outcome, shown] : behaviour.outcomes) {
        text += fmt::format("outcome {}{}{}\n", outcome, by, shown);
    }
    return text;
}

class SnapshotReader {
  public:
    explicit SnapshotReader(std::string_view name) : name_(name) {}

    std::variant<Snapshot, std::string> read(std::string_view text) {
        std::vector<Behaviour> behaviours;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            ++line_;
            read_line(text.substr(0, end), behaviours);
            if (!problem_.empty()) {
                return fmt::format("{}:{}: {}", name_, line_, problem_);
            }
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        if (line_ == 0) {
            return fmt::format("{}: is empty; a snapshot begins with '{}'", name_, first_line);
        }
        return snapshot_of(std::move(behaviours));
    }

  private:
    void read_line(std::string_view line, std::vector<Behaviour>& behaviours) {
        if (line_ == 1) {
            if (line != first_line) {
                problem_ = fmt::format(
                    "a snapshot begins with '{}'; make one with interlock snapshot", first_line
                );
            }
            return;
        }
        if (line.empty() || line.front() == '#') {
            return;
        }
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string_view key = line.substr(0, space);
        const std::string_view value = line.substr(std::min(space + 1, line.size()));
        if (key == "scenario") {
            behaviours.push_back({});
            behaviours.back().scenario = value;
            behaviours.back().is_complete = true;
        } else if (behaviours.empty()) {
            problem_ = "there is no 'scenario' before this line";
        } else {
            read_entry(key, value, behaviours.back());
        }
    }

    void read_entry(std::string_view key, std::string_view value, Behaviour& behaviour) {
        if (key == "revision") {
            behaviour.revision = value;
        } else if (key == "file") {
            behaviour.file = value;
        } else if (key == "program") {
            behaviour.program = value;
        } else if (key == "under") {
            behaviour.under = value;
        } else if (key == "incomplete") {
            behaviour.is_complete = false;
        } else if (key == "violated") {
            read_shown(value, behaviour.violations);
        } else if (key == "outcome") {
            read_shown(value, behaviour.outcomes);
        } else {
            problem_ = fmt::format(
                "'{}' is not of a snapshot of version 1; make it again with interlock snapshot", key
            );
        }
    }

    void read_shown(std::string_view value, Behaviour::Shown& shown) {
        const std::size_t at = value.rfind(by);
        if (at == std::string_view::npos) {
            problem_ = fmt::format("'{}' lacks its schedule, ' by …'", value);
        } else if (!shown.emplace(value.substr(0, at), value.substr(at + by.size())).second) {
            problem_ = fmt::format("'{}' is here twice", value.substr(0, at));
        }
    }

    std::string_view name_;
    std::size_t line_ = 0;
    std::string problem_;
};

}  // namespace

std::string text_of(const Snapshot& snapshot) {
    std::string text(first_line);
    text +=
        "\n# What each scenario can come to, over all its interleavings, each with a schedule "
        "that\n"
        "# shows it: written by `interlock snapshot`, compared by `interlock gate --baseline`.\n";
    for (const Behaviour& behaviour : snapshot) {
        text += section_of(behaviour);
    }
    return text;
}

std::variant<Snapshot, std::string> read_snapshot(std::string_view text, std::string_view name) {
    return SnapshotReader(name).read(text);
}

std::variant<Snapshot, std::string> read_snapshot_file(const std::string& path) {
    auto read = read_file(path);
    if (auto* problem = std::get_if<FileProblem>(&read)) {
        return std::move(problem->text);
    }
    return read_snapshot(std::get<std::string>(read), path);
}

}  // namespace interlock::ci
