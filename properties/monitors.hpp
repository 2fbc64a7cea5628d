// Watches executions of a program for everything that must hold of all of them.
#pragma once

#include "properties/invariant.hpp"

namespace interlock::properties {

class Monitors final : public models::Judge {
  public:
    explicit Monitors(const models::Program& program) : history_(program) {}

    // Findings in the order in which they show, at most one a property.
    void judge(const models::Trace& trace, std::vector<models::Finding>& all) override;

  private:
    History history_;
};

}  // namespace interlock::properties
