// Who held a lock and who waited for it, at one moment.
#pragma once

#include "core/policy/ids.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace interlock {

class Occupancy {
  public:
    Occupancy(std::vector<CallId> holders, std::vector<CallId> waiters) noexcept
        : holders_(std::move(holders)), waiters_(std::move(waiters)) {}

    [[nodiscard]] bool is_held() const noexcept { return !holders_.empty(); }
    [[nodiscard]] bool holds(CallId call) const noexcept;
    [[nodiscard]] std::size_t waiting() const noexcept { return waiters_.size(); }

    // Outermost first.
    [[nodiscard]] const std::vector<CallId>& holders() const noexcept { return holders_; }
    // Longest first.
    [[nodiscard]] const std::vector<CallId>& waiters() const noexcept { return waiters_; }

    // "held by 3, 5; waiting 7, 8", or "free".
    [[nodiscard]] std::string description() const;

  private:
    std::vector<CallId> holders_;
    std::vector<CallId> waiters_;
};

}  // namespace interlock
