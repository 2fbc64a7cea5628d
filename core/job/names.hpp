// The names of a registry's jobs, each once.
#pragma once

#include "core/job/observer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace interlock {

class JobNames {
  public:
    // Takes `name`; throws PolicyError if another job has it. The characters are borrowed until
    // remove().
    JobId add(std::string_view name);
    void remove(std::string_view name) noexcept;

  private:
    std::vector<std::string_view> taken_;  // sorted
    std::uint32_t last_ = 0;
};

}  // namespace interlock
