#include "ci/batch/cache.hpp"

#include "ci/batch/replayed.hpp"
#include "ci/report/dump.hpp"
#include "ci/report/file.hpp"
#include "core/policy/fingerprint.hpp"

#include <cstddef>
#include <filesystem>
#include <fmt/format.h>
#include <limits>

namespace interlock::ci {

namespace {

namespace fs = std::filesystem;

constexpr int version = 1;

std::string hash_of(std::string_view text) {
    Fingerprint print;
    print.add(text.size());
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        word = (word << 8U) | static_cast<unsigned char>(text[i]);
        if (i % sizeof(word) == sizeof(word) - 1 || i == text.size() - 1) {
            print.add(word);
            word = 0;
        }
    }
    return fmt::format("{:016x}", print.value());
}

Json shown_json(const Behaviour::Shown& shown) {
    Json json = Json::object();
    for (const auto& [what, schedule] : shown) {
        json[what] = schedule;
    }
    return json;
}

Behaviour::Shown shown_of(const Json& json) {
    Behaviour::Shown shown;
    for (const auto& [what, schedule] : json.items()) {
        shown.emplace(what, schedule.get<std::string>());
    }
    return shown;
}

Json json_of(const Examined& examined) {
    const Report& report = examined.report;
    Json violations = Json::array();
    for (const ReportedViolation& violation : report.violations) {
        violations.push_back(
            {{"property", violation.property},
             {"message", violation.message},
             {"line", violation.place.line},
             {"column", violation.place.column},
             {"fewest", violation.has_fewest_switches},
             {"schedule", violation.shown.schedule}}
        );
    }
    return {
        {"strategy", report.strategy},
        {"verdict", report.verdict == models::Verdict::violated ? "violated" : "holds"},
        {"says", report.verdict_text},
        {"complete", report.is_complete},
        {"executions", report.executions},
        {"blocked", report.blocked},
        {"steps", report.steps},
        {"guarantee", Json::parse(report.guarantee)},
        {"guarantee_text", report.guarantee_text},
        {"saturation", report.saturation},
        {"saturation_text", report.saturation_text},
        {"never_exercised", report.never_exercised},
        {"violations", std::move(violations)},
        {"under", examined.behaviour.under},
        {"violated", shown_json(examined.behaviour.violations)},
        {"outcomes", shown_json(examined.behaviour.outcomes)}};
}

Examined examined_of(const Loaded& loaded, const Json& json) {
    // The same as examine() makes of the scenario itself.
    Checked blank;
    blank.loaded = loaded;
    blank.is_expected = true;
    Examined examined = examine(std::move(blank));
    examined.is_known = true;
    Report& report = examined.report;
    report.strategy = json.at("strategy");
    report.verdict =
        json.at("verdict") == "violated" ? models::Verdict::violated : models::Verdict::holds;
    report.verdict_text = json.at("says");
    report.is_complete = json.at("complete");
    report.executions = json.at("executions");
    report.blocked = json.at("blocked");
    report.steps = json.at("steps");
    report.guarantee = json.at("guarantee").dump();
    report.guarantee_text = json.at("guarantee_text");
    report.saturation = json.at("saturation");
    report.saturation_text = json.at("saturation_text");
    report.never_exercised = json.at("never_exercised").get<std::vector<std::string>>();
    for (const Json& violation : json.at("violations")) {
        report.violations.push_back(
            {.property = violation.at("property"),
             .message = violation.at("message"),
             .place = {violation.at("line"), violation.at("column")},
             .has_fewest_switches = violation.at("fewest"),
             .shown = replayed(loaded, violation.at("schedule"))}
        );
    }
    Behaviour& behaviour = examined.behaviour;
    behaviour.is_complete = report.is_complete;
    behaviour.under = json.at("under");
    behaviour.violations = shown_of(json.at("violated"));
    behaviour.outcomes = shown_of(json.at("outcomes"));
    report.outcomes = outcomes_of(behaviour);
    return examined;
}

}  // namespace

std::variant<VerdictCache, std::string> VerdictCache::open(
    const std::string& directory, std::string options
) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (!fs::is_directory(directory, error)) {
        return fmt::format("--cache {}: is no directory, and cannot be made one", directory);
    }
    // With what helps to debug it, it may be larger than any file that people write.
    const auto program = read_file("/proc/self/exe", std::numeric_limits<std::size_t>::max());
    if (const auto* problem = std::get_if<FileProblem>(&program)) {
        return "--cache: " + problem->text + "; without it a new core would look like an old one";
    }
    return VerdictCache(directory, hash_of(std::get<std::string>(program)), std::move(options));
}

std::string VerdictCache::path_of(const std::string& text) const {
    return (fs::path(directory_) / (hash_of(build_ + options_ + '\n' + text) + ".json")).string();
}

std::optional<Examined> VerdictCache::find(const Loaded& loaded) const {
    const auto text = read_file(loaded.scenario.file);
    if (!std::holds_alternative<std::string>(text)) {
        return std::nullopt;
    }
    const auto& scenario = std::get<std::string>(text);
    const auto kept = read_file(path_of(scenario));
    if (!std::holds_alternative<std::string>(kept)) {
        return std::nullopt;
    }
    try {
        const Json json = Json::parse(std::get<std::string>(kept));
        if (json.at("version") == version && json.at("build") == build_ &&
            json.at("options") == options_ && json.at("scenario") == scenario) {
            return examined_of(loaded, json.at("found"));
        }
    } catch (const Json::exception&) {
        // Somebody else's file, or half of one: it is run, and written again.
    }
    return std::nullopt;
}

void VerdictCache::keep(const Examined& examined) const {
    const bool is_known = (examined.report.verdict == models::Verdict::holds ||
                           examined.report.verdict == models::Verdict::violated) &&
                          examined.report.why.empty();
    const auto text = read_file(examined.loaded.scenario.file);
    if (!is_known || !examined.report.is_expected || !std::holds_alternative<std::string>(text)) {
        return;
    }
    const auto& scenario = std::get<std::string>(text);
    const Json json{
        {"version", version},
        {"build", build_},
        {"options", options_},
        {"scenario", scenario},
        {"found", json_of(examined)}};
    write_file(path_of(scenario), dumped(json, 1));
}

}  // namespace interlock::ci
