// Watches executions of a program for everything that must hold of all of them.
#pragma once

#include "properties/exercised.hpp"

namespace interlock::properties {

class Monitors final : public models::Judge {
  public:
    // What the executions give occasion to see is added to `exercised`, if there is one.
    explicit Monitors(const models::Program& program, Exercised* exercised = nullptr)
        : history_(program),
          exercised_(exercised),
          so_far_(program),
          is_endless_(program.is_endless()) {}

    // Findings in the order in which they show, at most one a property.
    void judge(const models::Trace& trace, std::vector<models::Finding>& all) override;

    // Each property asks the history, the event itself, and at the end how the execution ended: so
    // the history is all that it remembers. What was found so far is found again in the trace.
    void state(const models::Trace& so_far, models::State& state) override;

  private:
    History history_;
    Exercised* exercised_;

    // Of an execution that is not over.
    History so_far_;
    std::size_t read_ = 0;  // events
    const bool is_endless_;
};

}  // namespace interlock::properties
