// Scenes: tasks that are code and share an object, explored to the end.
#pragma once

#include "core/fiber.hpp"
#include "core/job/errors.hpp"
#include "models/explore/explore.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace interlock::test {

// What the tasks of one execution share, and what they find wrong. Derive from it; end() says what
// must be so when all tasks are over.
class Scene {
  public:
    explicit Scene(models::CodeWorld& world) : world_(world) {}

    [[nodiscard]] models::Scheduler& scheduler() const noexcept { return world_.scheduler(); }
    [[nodiscard]] TimePoint now() const noexcept { return world_.now(); }

    void expect(bool holds, std::string_view what) { world_.expect(holds, what); }

    // That it happens in some execution.
    void see(std::string_view what) { world_.see(what); }

    template <class T>
    void see(const Outcome<T>& outcome) {
        const Refusal* const refusal = outcome.refusal();
        see(refusal != nullptr ? name_of(refusal->reason) : name_of(outcome.status()));
    }

  private:
    models::CodeWorld& world_;
};

struct Explored {
    std::string problem;  // and how it comes about; empty if all of them are good
    std::uint64_t executions = 0;
    std::set<std::string> seen;  // in any of them
};

// Until the first problem, or to the end.
template <class S>
Explored explore_all(const std::vector<std::function<void(S&)>>& tasks) {
    const models::Exploration explored = models::explore(
        {.strategy = models::Strategy::exhaustive,
         .budget = {.executions = 3'000'000, .seconds = 100},
         .steps_max = 1000},
        [&](models::CodeWorld& world) {
            auto& scene = world.make<S>(world);
            for (std::size_t i = 0; i < tasks.size(); ++i) {
                world.task("task " + std::to_string(i), [&world, &tasks, &scene, i] {
                    try {
                        tasks[i](scene);
                    } catch (const Cancelled&) {
                        world.see("task cancelled");
                        throw;
                    }
                });
            }
            world.at_end([&scene] { scene.end(); });
        }
    );
    return {explored.holds() ? "" : text_of(explored), explored.executions, explored.seen};
}

}  // namespace interlock::test
