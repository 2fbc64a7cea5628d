#include "ci/matrix/shape.hpp"

#include <chrono>
#include <string>

namespace interlock::ci {

using models::CallStep;
using models::ChildCall;
using models::JobSpec;
using models::Scenario;
using models::Step;
using models::Steps;

namespace {

constexpr std::size_t limits = 10;

Step step(decltype(Step::what) what) {
    return {{}, std::move(what)};
}

// An error within a body shall not keep the rest of it from being looked at.
CallStep call(const char* job, const char* group, std::optional<Steps> body = std::nullopt) {
    CallStep call;
    call.job = job;
    call.group = group;
    call.body = std::move(body);
    call.catches = true;
    return call;
}

Steps body_of(Shape shape) {
    Steps work{step(models::WorkStep{})};
    switch (shape) {
        case Shape::alone:
            return work;
        case Shape::same_group:
            return {step(call("inner", "g", work))};
        case Shape::other_group:
            return {step(call("inner", "h", work))};
        case Shape::self:
            return {step(call("outer", "g", work))};
        case Shape::via:
            return {step(call("plain", "", Steps{step(call("inner", "g", work))}))};
        case Shape::gather: {
            models::GatherStep gather;
            gather.calls = {
                ChildCall{{}, call("inner", "g", work)}, ChildCall{{}, call("inner", "g", work)}};
            return {step(std::move(gather))};
        }
    }
    return {};
}

JobSpec job(const char* name, Combination combination) {
    JobSpec job;
    job.name = name;
    job.policy.concurrency = combination.concurrency;
    job.policy.throttle = combination.throttle;
    if (combination.throttle != Throttle::none) {
        job.policy.period = std::chrono::seconds(10);
    }
    if (is_rate_limit(combination.throttle)) {
        job.policy.max_calls = 2;
    }
    job.body = {step(models::WorkStep{})};
    return job;
}

// False if no limit means it.
bool write_as_limit(Combination combination, JobSpec& job) {
    if (combination.concurrency == Concurrency::none && combination.throttle == Throttle::none) {
        return true;
    }
    for (std::size_t i = 0; i < limits; ++i) {
        const auto limit = static_cast<ExecutionLimit>(i);
        const PolicyModes modes = modes_of(limit);
        if (modes.concurrency == combination.concurrency &&
            modes.throttle == combination.throttle) {
            job.limit = limit;
            job.policy.concurrency = Concurrency::none;
            job.policy.throttle = Throttle::none;
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<Scenario> scenario_of(
    Combination combination, Shape shape, std::string_view revision
) {
    Scenario scenario;
    scenario.name = std::string(name_of(combination.concurrency)) + "-" +
                    std::string(name_of(combination.throttle)) + "-" + std::string(name_of(shape));
    scenario.revision = revision;
    scenario.groups = {{"g", {}}, {"h", {}}};
    scenario.jobs = {job("outer", combination), job("inner", combination)};
    if (revision == "limit") {
        for (JobSpec& one : scenario.jobs) {
            if (!write_as_limit(combination, one)) {
                return std::nullopt;
            }
        }
    }
    scenario.jobs.push_back(job("plain", {}));
    // The second call of a task hangs if the first left something behind.
    const Step outer = step(call("outer", "g", body_of(shape)));
    const Step inner = step(call(
        shape == Shape::alone || shape == Shape::self ? "outer" : "inner",
        shape == Shape::other_group ? "h" : "g",
        Steps{step(models::WorkStep{})}
    ));
    // In a gather, three tasks are enough for that.
    const Steps second = shape == Shape::gather ? Steps{inner} : Steps{inner, inner};
    scenario.tasks = {{"first", {}, {outer}, 1}, {"second", {}, second, 1}};
    return scenario;
}

}  // namespace interlock::ci
