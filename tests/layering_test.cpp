// Includes go one way.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace interlock {
namespace {

namespace fs = std::filesystem;

// From the bottom up; a file may include what is on its floor or below.
const std::vector<std::string> floors{
    "core/policy/",
    "core/gate/",
    "core/job/",
    "core/",
    "models/",
    "properties/",
    "ci/",
    "bench/",
    "tests/"};

std::size_t floor_of(const std::string& path) {
    // Everybody may use the assertion.
    if (path.starts_with("core/assert.")) {
        return 0;
    }
    const auto found = std::find_if(floors.begin(), floors.end(), [&](const std::string& floor) {
        return path.starts_with(floor);
    });
    return static_cast<std::size_t>(found - floors.begin());
}

// Why `path` may not include `included`, ours or Boost.Fiber's; empty if it may.
std::string problem_of(const std::string& path, const std::string& included) {
    const auto is_in = [](const std::string& file, const char* folder) {
        return file.starts_with(folder);
    };
    if (included.starts_with("boost/fiber")) {
        const bool may = is_in(path, "core/gate/fiber_runtime.") ||
                         is_in(path, "core/gate/shared_fiber_runtime.") ||
                         is_in(path, "models/scheduler/") || is_in(path, "bench/") ||
                         is_in(path, "tests/");
        return may ? "" : path + " includes <" + included + ">";
    }
    const bool climbs = floor_of(included) > floor_of(path);
    const bool crosses =
        (is_in(path, "models/scheduler/") && is_in(included, "models/explorer/")) ||
        (is_in(path, "models/explorer/") &&
         (is_in(included, "models/scheduler/") || is_in(included, "models/scenario/") ||
          is_in(included, "core/job/") || is_in(included, "core/gate/"))) ||
        (is_in(path, "models/trace/") && is_in(included, "models/") &&
         !is_in(included, "models/trace/")) ||
        (is_in(path, "tests/") && is_in(included, "bench/"));
    return climbs || crosses ? path + " includes \"" + included + "\"" : "";
}

TEST(Layering, GoesOneWayInAllFiles) {
    fs::path const root = INTERLOCK_SOURCE_DIR;
    std::regex const include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::size_t includes = 0;
    for (const char* const folder : {"core", "models", "properties", "ci", "bench", "tests"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            if (entry.path().extension() != ".hpp" && entry.path().extension() != ".cpp") {
                continue;
            }
            std::string const path = fs::relative(entry.path(), root).generic_string();
            std::ifstream file(entry.path());
            std::smatch match;
            for (std::string line; std::getline(file, line);) {
                if (!std::regex_search(line, match, include)) {
                    continue;
                }
                std::string const included = match[2];
                const bool is_ours = floor_of(included) < floors.size();
                EXPECT_EQ(is_ours, match[1] == "\"")
                    << path << " includes " << included << ": ours are in quotes, from the root";
                if (is_ours || included.starts_with("boost/fiber")) {
                    ++includes;
                    EXPECT_EQ(problem_of(path, included), "");
                }
            }
        }
    }
    EXPECT_GT(includes, 100U);
}

TEST(Layering, SeesAnArrowTheWrongWay) {
    EXPECT_NE(problem_of("core/policy/admission.hpp", "core/gate/gate.hpp"), "");
    EXPECT_NE(problem_of("core/job/job.hpp", "models/check.hpp"), "");
    EXPECT_NE(problem_of("models/explorer/exhaustive.cpp", "models/scheduler/scheduler.hpp"), "");
    EXPECT_NE(problem_of("models/explorer/random.hpp", "models/scenario/program.hpp"), "");
    EXPECT_NE(problem_of("models/explorer/random.hpp", "core/job/job.hpp"), "");
    EXPECT_NE(problem_of("models/trace/trace.hpp", "models/scenario/program.hpp"), "");
    EXPECT_NE(problem_of("properties/laws.cpp", "ci/report/words.hpp"), "");
    EXPECT_NE(problem_of("core/job/job.hpp", "boost/fiber/fiber.hpp"), "");
    EXPECT_EQ(problem_of("core/gate/gate.hpp", "core/policy/admission.hpp"), "");
    EXPECT_EQ(problem_of("core/policy/admission.cpp", "core/assert.hpp"), "");
}

}  // namespace
}  // namespace interlock
