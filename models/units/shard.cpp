#include "models/units/shard.hpp"

#include "core/policy/fingerprint.hpp"
#include "models/units/frontier.hpp"
#include "models/units/merge.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace interlock::models {

namespace {

constexpr std::uint32_t cuts_a_shard = 20;

bool read(std::string_view text, std::uint32_t& number) {
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end;
}

bool is_of(const Shard& shard, const Subtree& part) {
    Fingerprint print;
    for (const Choice& choice : part.path) {
        print.add(choice.task.value);
        print.add(static_cast<std::uint64_t>(choice.fault));
    }
    return print.value() % shard.of == shard.index - 1;
}

}  // namespace

std::string text_of(const Shard& shard) {
    return std::to_string(shard.index) + "/" + std::to_string(shard.of);
}

std::optional<Shard> shard_from(std::string_view text) {
    Shard shard;
    std::size_t const slash = std::min(text.find('/'), text.size());
    const bool is_read = read(text.substr(0, slash), shard.index) && slash < text.size() &&
                         read(text.substr(slash + 1), shard.of);
    if (!is_read || shard.index < 1 || shard.index > shard.of) {
        return std::nullopt;
    }
    return shard;
}

Result cut(Scheduler& scheduler, World& world, Judge& judge, CheckOptions options, Shard shard) {
    // A part is cut by its first execution: what is left of it is cut at every choice.
    Frontier parts(everything());
    Result all;
    std::uint64_t const executions = options.budget.executions;
    options.budget.executions = 1;
    options.is_wanted_back = nullptr;
    options.stop = Stop::never;
    for (std::uint32_t cuts = 0; cuts < cuts_a_shard * shard.of && !parts.is_empty(); ++cuts) {
        if (all.executions == executions) {
            break;
        }
        options.start = parts.take_largest();
        Result part = check(scheduler, world, judge, options);
        if (!part.is_complete && part.rest.empty()) {
            return part;  // an execution that ended badly
        }
        parts.put_back(options.start, part.rest);
        if (is_of(shard, options.start)) {
            merge(all, std::move(part));
        }
    }
    parts.keep([&](const Subtree& part) { return is_of(shard, part); });
    all.rest = parts.rest();
    return all;
}

}  // namespace interlock::models
