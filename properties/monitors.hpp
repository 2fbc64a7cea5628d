// Watches executions of a program for everything that must hold of all of them.
#pragma once

#include "properties/exercised.hpp"

namespace interlock::properties {

class Monitors final : public models::Judge {
  public:
    // What the executions give occasion to see is added to `exercised`, if there is one.
    explicit Monitors(const models::Program& program, Exercised* exercised = nullptr)
        : history_(program), exercised_(exercised) {}

    // Findings in the order in which they show, at most one a property.
    void judge(const models::Trace& trace, std::vector<models::Finding>& all) override;

  private:
    History history_;
    Exercised* exercised_;
};

}  // namespace interlock::properties
