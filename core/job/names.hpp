// The names of a registry's jobs: each job has one of its own.
#pragma once

#include "core/policy/ids.hpp"

#include <cstdint>
#include <forward_list>
#include <string_view>

namespace interlock {

class JobNames {
  public:
    // Takes `name`; throws PolicyError if another job has it. A name that was given up and is taken
    // again has its number again. The label stays where it is for as long as this lives.
    const JobLabel& take(std::string_view name);
    void give_up(const JobLabel& label) noexcept;

  private:
    struct Entry {
        JobLabel label;
        bool is_taken = true;
    };

    std::forward_list<Entry> entries_;
    std::uint32_t count_ = 0;
};

}  // namespace interlock
