#include "ci/command/session.hpp"

#include "ci/command/failures.hpp"
#include "ci/command/progress.hpp"
#include "models/scenario/reader.hpp"
#include "properties/monitors.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <list>
#include <memory>
#include <thread>

namespace interlock::ci {

bool is_as_expected(const models::ExpectSpec& expect, const models::Result& result) {
    if (!expect.is_violation()) {
        return result.verdict == models::Verdict::holds;
    }
    if (result.verdict != models::Verdict::violated) {
        return false;
    }
    return !expect.violated ||
           std::any_of(result.violations.begin(), result.violations.end(), [&](const auto& v) {
               return v.finding.property == *expect.violated;
           });
}

namespace {

// First the schedules that failed before.
Checked run(Loaded loaded, models::CheckOptions options, const Failures& failures) {
    auto known = fail_again(failures, loaded, options);
    if (known && options.stop == models::Stop::first) {
        Checked checked;
        checked.result = *std::move(known);
        checked.strategy = options.strategy;
        checked.options = std::move(options);
        checked.loaded = std::move(loaded);
        return checked;
    }
    Checked checked = run(std::move(loaded), std::move(options));
    if (known) {
        for (const models::Violation& violation : known->violations) {
            models::keep(checked.result.violations, violation.finding, violation.trace);
        }
        checked.result.verdict = models::Verdict::violated;
        checked.is_expected = false;
    }
    if (!remember(failures, checked)) {
        fmt::print(
            stderr, "interlock: cannot keep the failing schedule in {}\n", failures.directory()
        );
    }
    return checked;
}

}  // namespace

Exit Checked::exit() const noexcept {
    if (result.verdict == models::Verdict::broken) {
        return Exit::broken_or_bad_input;
    }
    if (is_expected) {
        return Exit::as_expected;
    }
    return result.verdict == models::Verdict::gave_up ? Exit::gave_up : Exit::not_as_expected;
}

std::variant<Loaded, std::string> load(const std::string& file, const Overrides& overrides) {
    auto read = models::read_scenario_file(file);
    if (const auto* problem = std::get_if<models::Diagnostic>(&read)) {
        return models::text_of(*problem, file);
    }
    auto& scenario = std::get<models::Scenario>(read);
    if (overrides.revision) {
        scenario.revision = *overrides.revision;
        scenario.revision_place = {};
    }
    scenario.explore.time = overrides.time.value_or(scenario.explore.time);
    scenario.explore.discipline = overrides.discipline.value_or(scenario.explore.discipline);
    auto compiled = models::compile(scenario);
    if (const auto* problem = std::get_if<models::Diagnostic>(&compiled)) {
        return models::text_of(*problem, file);
    }
    return Loaded{std::move(scenario), std::get<models::Program>(std::move(compiled))};
}

std::variant<models::CheckOptions, std::string> options_of(
    const Loaded& loaded, const Overrides& overrides
) {
    models::ExploreSpec explore = loaded.scenario.explore;
    explore.strategy = overrides.strategy.value_or(explore.strategy);
    explore.faults.raise = overrides.raises.value_or(explore.faults.raise);
    explore.faults.cancel = overrides.cancellations.value_or(explore.faults.cancel);
    std::string const problem = models::problem_of(explore, loaded.program);
    if (!problem.empty()) {
        return models::text_of({explore.place, problem}, loaded.scenario.file);
    }
    std::uint32_t const threads = overrides.threads.value_or(1);
    std::string const problem_of_parts =
        models::problem_of_parts(explore, threads, overrides.is_in_portions, overrides.is_shard);
    if (!problem_of_parts.empty()) {
        return problem_of_parts;
    }
    models::CheckOptions options = models::options_of(loaded.scenario);
    options.threads = threads;
    options.strategy = explore.strategy;
    options.faults = explore.faults;
    options.time = explore.time;
    options.stop = overrides.stop.value_or(options.stop);
    options.seed = overrides.seed.value_or(options.seed);
    options.bound = overrides.bound ? overrides.bound : options.bound;
    options.depth = overrides.depth.value_or(options.depth);
    options.budget.executions = overrides.executions.value_or(options.budget.executions);
    options.budget.seconds = overrides.seconds.value_or(options.budget.seconds);
    constexpr std::uint64_t mega = 1'000'000;
    options.budget.memory_bytes =
        overrides.memory_mb ? *overrides.memory_mb * mega : options.budget.memory_bytes;
    return options;
}

std::variant<Checked, std::string> run(Loaded loaded, const Overrides& overrides) {
    auto options = options_of(loaded, overrides);
    if (auto* problem = std::get_if<std::string>(&options)) {
        return std::move(*problem);
    }
    const bool may_fail = loaded.scenario.expect.is_violation();
    const std::filesystem::path directory =
        overrides.failures ? *overrides.failures : Failures::default_directory().string();
    if (may_fail || directory.empty() || directory == "none") {
        return run(std::move(loaded), std::get<models::CheckOptions>(std::move(options)));
    }
    return run(
        std::move(loaded), std::get<models::CheckOptions>(std::move(options)), Failures(directory)
    );
}

Checked run(Loaded loaded, models::CheckOptions options, const models::Portion& portion) {
    std::list<properties::Exercised> exercised;  // by each judge
    std::list<Witnesses> kept;
    const models::Judges judges = [&] {
        return std::make_unique<WitnessKeeper>(
            std::make_unique<properties::Monitors>(loaded.program, &exercised.emplace_back()),
            kept.emplace_back()
        );
    };
    options.interrupt = interrupt_token();
    Progress progress(loaded.program.name);
    if (progress.is_seen()) {  // else nobody need give back what they explore
        options.on_progress = [&](const models::Result& so_far) { progress.show(so_far); };
    }
    Checked checked;
    checked.result = models::search(loaded.program, judges, options, portion);
    progress.clear();
    for (Witnesses& of_one : kept) {
        merge(checked.witnesses, std::move(of_one));
    }
    if (checked.result.violations.empty()) {
        for (const properties::Exercised& more : exercised) {
            exercised.front().add(more);
        }
        checked.never_exercised =
            properties::never_exercised(loaded.program, options.faults, exercised.front());
    }
    checked.strategy = options.strategy;
    checked.options = std::move(options);
    checked.options.on_progress = {};
    checked.is_expected = is_as_expected(loaded.scenario.expect, checked.result);
    checked.loaded = std::move(loaded);
    return checked;
}

std::string& program_name() {
    static std::string name = "interlock";
    return name;
}

std::filesystem::path scenarios_directory() {
    namespace fs = std::filesystem;
    std::error_code error;
    for (fs::path at = fs::current_path(error); !at.empty(); at = at.parent_path()) {
        fs::path const candidate = at / "models" / "scenarios";
        if (fs::is_directory(candidate, error)) {
            return fs::relative(candidate, error);
        }
        if (at == at.root_path()) {
            break;
        }
    }
    return INTERLOCK_SCENARIOS;
}

std::vector<std::string> scenario_files(const std::filesystem::path& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        return {path.string()};
    }
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(path, error)) {
        if (entry.path().extension() == ".yaml" || entry.path().extension() == ".yml") {
            files.push_back(entry.path().string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<std::string> files_of(const std::vector<std::string>& paths) {
    if (paths.empty()) {
        return scenario_files(scenarios_directory());
    }
    std::vector<std::string> files;
    for (const std::string& path : paths) {
        const auto found = scenario_files(path);
        files.insert(files.end(), found.begin(), found.end());
    }
    return files;
}

std::size_t default_jobs() noexcept {
    return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace interlock::ci
