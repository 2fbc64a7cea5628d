#include "models/units/merge.hpp"

#include "ci/command/commands.hpp"
#include "ci/command/options.hpp"
#include "ci/report/json.hpp"
#include "ci/report/text.hpp"
#include "models/search.hpp"
#include "models/units/snapshot.hpp"
#include "properties/monitors.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

namespace interlock::ci {

namespace {

struct Arguments {
    std::vector<std::string> files;
    std::string scenario;
    JsonOutput json;
};

// The result of one shard, as it was written.
struct ShardFile {
    std::string name;
    std::string scenario;
    std::string revision;
    models::Snapshot snapshot;
};

// A problem is one line.
std::variant<ShardFile, std::string> read(const std::string& name) {
    std::ifstream file(name);
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (json.is_discarded()) {
        return fmt::format("{}: cannot be read as JSON", name);
    }
    const auto text = [&](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_string() ? found->get<std::string>() : "";
    };
    const auto part = json.find("part");
    if (!json.is_object() || part == json.end() || !part->is_array()) {
        return fmt::format(
            "{}: not the result of a shard, as `check --shard I/N --json=FILE` writes it", name
        );
    }
    std::string lines;
    for (const auto& line : *part) {
        lines += line.is_string() ? line.get<std::string>() + "\n" : "";
    }
    std::string problem;
    auto snapshot = models::snapshot_from(lines, problem);
    if (!snapshot) {
        return fmt::format("{}: its part is damaged: {}", name, problem);
    }
    return ShardFile{name, text("file"), text("revision"), *std::move(snapshot)};
}

// Why these are not all shards of one search; empty if they are.
std::string problem_of(const std::vector<ShardFile>& shards) {
    const ShardFile& first = shards.front();
    std::uint32_t const of = first.snapshot.shard.of;
    std::vector<const ShardFile*> by_index(of);
    for (const ShardFile& shard : shards) {
        if (shard.snapshot.search != first.snapshot.search || shard.revision != first.revision) {
            return fmt::format("{} and {} are of different searches", first.name, shard.name);
        }
        if (shard.snapshot.shard.of != of) {
            return fmt::format(
                "{} is shard {}, and {} is shard {}: they were not cut alike",
                first.name,
                models::text_of(first.snapshot.shard),
                shard.name,
                models::text_of(shard.snapshot.shard)
            );
        }
        const ShardFile*& same = by_index[shard.snapshot.shard.index - 1];
        if (same != nullptr) {
            return fmt::format(
                "{} and {} are both shard {}",
                same->name,
                shard.name,
                models::text_of(shard.snapshot.shard)
            );
        }
        same = &shard;
    }
    std::string missing;
    for (std::uint32_t i = 0; i < of; ++i) {
        if (by_index[i] == nullptr) {
            missing += fmt::format("{}{}/{}", missing.empty() ? "" : ", ", i + 1, of);
        }
    }
    return missing.empty() ? "" : fmt::format("missing: shard {}", missing);
}

// A problem is one line.
std::variant<Checked, std::string> join(
    const std::vector<ShardFile>& shards, const std::string& file
) {
    const ShardFile& first = shards.front();
    Overrides overrides;
    overrides.revision = first.revision;
    overrides.time = first.snapshot.search.time;
    overrides.discipline = first.snapshot.search.discipline;
    auto loaded = load(file.empty() ? first.scenario : file, overrides);
    if (auto* problem = std::get_if<std::string>(&loaded)) {
        return std::move(*problem);
    }
    Checked checked;
    checked.loaded = std::get<Loaded>(std::move(loaded));
    models::Result& all = checked.result;
    all.is_complete = true;
    for (const ShardFile& shard : shards) {
        properties::Monitors monitors(checked.loaded.program);
        auto result = models::result_of(shard.snapshot, checked.loaded.program, monitors);
        if (const auto* problem = std::get_if<std::string>(&result)) {
            return fmt::format("{}: {}", shard.name, *problem);
        }
        auto& part = std::get<models::Result>(result);
        if (!part.rest.empty()) {
            all.is_complete = false;
            all.why = fmt::format(
                "shard {} was not explored to its end", models::text_of(shard.snapshot.shard)
            );
        }
        models::merge(all, std::move(part));
    }
    models::conclude(all);
    models::CheckOptions options;
    options.strategy = first.snapshot.search.engine;
    options.faults = first.snapshot.search.faults;
    options.time = first.snapshot.search.time;
    options.discipline = first.snapshot.search.discipline;
    properties::Monitors monitors(checked.loaded.program);
    models::shorten(all, checked.loaded.program, monitors, options);
    checked.strategy = first.snapshot.search.engine;
    checked.is_expected = is_as_expected(checked.loaded.scenario.expect, all);
    return checked;
}

Exit merge(const Arguments& arguments) {
    std::vector<ShardFile> shards;
    for (const std::string& name : arguments.files) {
        auto shard = read(name);
        if (const auto* problem = std::get_if<std::string>(&shard)) {
            return complain(*problem);
        }
        shards.push_back(std::get<ShardFile>(std::move(shard)));
    }
    std::string const problem = problem_of(shards);
    if (!problem.empty()) {
        return complain(problem);
    }
    // In whatever order they were named, the result is the same.
    std::sort(shards.begin(), shards.end(), [](const ShardFile& a, const ShardFile& b) {
        return a.snapshot.shard.index < b.snapshot.shard.index;
    });
    const auto joined = join(shards, arguments.scenario);
    if (const auto* why = std::get_if<std::string>(&joined)) {
        return complain(*why);
    }
    const auto& checked = std::get<Checked>(joined);
    if (!arguments.json.replaces_text()) {
        fmt::print("{}", text_of(checked));
    }
    return arguments.json.write(json_of(checked)) ? checked.exit() : Exit::broken_or_bad_input;
}

}  // namespace

void add_merge(CLI::App& app, std::optional<Exit>& exit) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "merge", "Join the results of all shards of a search, as if it had run in one"
    );
    command
        ->add_option(
            "files", arguments->files, "What `check --shard I/N --json=FILE` wrote, of every shard"
        )
        ->required();
    command->add_option(
        "--scenario", arguments->scenario, "The scenario, where it is not where it was"
    );
    arguments->json.add_to(*command);
    command->callback([arguments, &exit] { exit = merge(*arguments); });
}

}  // namespace interlock::ci
