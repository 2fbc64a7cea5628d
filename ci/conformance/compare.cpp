#include "ci/conformance/compare.hpp"

#include "ci/conformance/journal.hpp"
#include "models/scenario/world.hpp"

#include <set>

namespace interlock::ci {

namespace {

bool is_nothing(const Json& value) {
    return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

class Comparison {
  public:
    std::vector<std::string> run(const Json& actual, const Json& expected) {
        // What happened before how it ended.
        for (const char* const key : {"decorate_error", "events", "calls"}) {
            compare_member(actual, expected, key, "");
        }
        compare_objects(actual, expected, "");
        return std::move(lines_);
    }

  private:
    void compare(const Json& actual, const Json& expected, const std::string& path) {
        if (actual.is_object() && expected.is_object()) {
            compare_objects(actual, expected, path);
        } else if (actual.is_array() && expected.is_array()) {
            compare_arrays(actual, expected, path);
        } else if (actual != expected && !(is_nothing(actual) && is_nothing(expected)) && !is_count_of(actual, expected)) {
            lines_.push_back(path + ": " + actual.dump() + ", expected " + expected.dump());
        }
    }

    // A list may be written for how many are in it.
    static bool is_count_of(const Json& actual, const Json& expected) {
        return actual.is_number_unsigned() && expected.is_array() &&
               actual.get<std::size_t>() == expected.size();
    }

    void compare_member(
        const Json& actual, const Json& expected, const std::string& key, const std::string& path
    ) {
        const auto in = [&](const Json& object) {
            const auto found = object.find(key);
            return found == object.end() ? Json(nullptr) : *found;
        };
        std::string const below = path.empty() ? key : path + "." + key;
        if (seen_.insert(below).second) {
            compare(in(actual), in(expected), below);
        }
    }

    void compare_objects(const Json& actual, const Json& expected, const std::string& path) {
        for (const auto& [key, unused] : expected.items()) {
            compare_member(actual, expected, key, path);
        }
        for (const auto& [key, unused] : actual.items()) {
            if (!expected.contains(key)) {
                compare_member(actual, expected, key, path);
            }
        }
    }

    void compare_arrays(const Json& actual, const Json& expected, const std::string& path) {
        const bool is_of_events = path == "events";
        for (std::size_t i = 0; i < std::max(actual.size(), expected.size()); ++i) {
            std::string const below = path + "[" + std::to_string(i) + "]";
            if (i >= actual.size() || i >= expected.size()) {
                lines_.push_back(
                    below + ": " +
                    (i < actual.size() ? actual[i].dump() + ", expected nothing more"
                                       : "nothing, expected " + expected[i].dump())
                );
                return;
            }
            std::size_t const before = lines_.size();
            Json wanted = expected[i];
            if (is_of_events) {
                wanted.erase(1);  // the loop's iteration
            }
            compare(actual[i], wanted, below);
            if (is_of_events && lines_.size() > before) {
                // One event out of place puts all others out of theirs.
                lines_.resize(before);
                lines_.push_back(below + ": " + actual[i].dump() + ", expected " + wanted.dump());
                return;
            }
        }
    }

    std::vector<std::string> lines_;
    std::set<std::string> seen_;
};

}  // namespace

std::vector<std::string> differences(const Json& actual, const Json& expected) {
    return Comparison().run(actual, expected);
}

Json replay(const GoldenCase& golden) {
    if (const auto* problem = std::get_if<std::string>(&golden.program)) {
        return {{"decorate_error", *problem}};
    }
    const auto& program = std::get<models::Program>(golden.program);
    models::Scheduler scheduler;
    Journal journal(golden, program, scheduler);
    models::ScenarioWorld world(program, scheduler, &journal);
    models::Trace trace;
    scheduler.run(world, {.prefix = {}, .tail = models::Tail::fifo}, trace);
    return journal.result();
}

}  // namespace interlock::ci
