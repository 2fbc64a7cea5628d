// What the executions of a search that is not complete had in them.
#pragma once

#include "models/trace/saturation.hpp"
#include "models/trace/trace.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

namespace interlock::models {

class Coverage {
  public:
    // `tells_classes`: executions may be equivalent, and which are is of interest.
    explicit Coverage(bool tells_classes) noexcept : tells_classes_(tells_classes) {}

    // The next execution; classes are told apart only if it has its turns.
    void add(const Trace& trace);

    [[nodiscard]] const Saturation& so_far() const noexcept { return so_far_; }

  private:
    boost::unordered_flat_set<std::uint64_t> classes_;  // by fingerprint
    boost::unordered_flat_set<std::uint64_t> orders_;
    boost::unordered_flat_set<std::uint64_t> outcomes_;
    const bool tells_classes_;
    std::uint64_t executions_ = 0;
    Saturation so_far_;
};

}  // namespace interlock::models
