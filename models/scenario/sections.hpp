// The parts of a scenario file that are lists of settings.
#pragma once

#include "models/scenario/yaml.hpp"

namespace interlock::models::yaml {

// The keys of a job that are its policy's; the others are the caller's.
Policy read_policy(const Map& map);

ExploreSpec read_explore(const Entry& entry);
ExpectSpec read_expect(const Entry& entry);

// What they may have as keys.
Names explore_key_names() noexcept;
Names expect_key_names() noexcept;

}  // namespace interlock::models::yaml
