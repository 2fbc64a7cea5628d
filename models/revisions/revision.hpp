// The job systems that a scenario can name: the shipped core and the reference's history.
#pragma once

#include "models/revisions/listener.hpp"
#include "models/scenario/recorder.hpp"
#include "models/scenario/system.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace interlock::models {

struct Revision {
    std::string_view name;
    std::string_view about;

    // What the deprecated limit means in it.
    PolicyModes (*modes_of)(ExecutionLimit limit) noexcept;
    // Why a job cannot be decorated with a policy in it, which is that of a limit or not; empty
    // when it can.
    std::vector<std::string> (*problems_of
    )(std::string_view job, const Policy& policy, std::optional<ExecutionLimit> limit);
    // `listener` may be null; the shipped core has nothing to say to it.
    std::unique_ptr<System> (*make
    )(const Program& program, Recorder& recorder, BodyRunner& runner, Listener* listener);
};

// All that can be run, the shipped core first.
std::span<const Revision> revisions() noexcept;

// Null if there is none of that name.
const Revision* revision_named(std::string_view name) noexcept;

}  // namespace interlock::models
