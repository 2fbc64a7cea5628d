// What an execution did, besides what is wrong with it.
#pragma once

#include "properties/monitors.hpp"

namespace interlock::properties {

// Judges as Monitors does, and keeps the trace of the last execution.
class LastTrace final : public models::Judge {
  public:
    // `kept` outlives it.
    LastTrace(const models::Program& program, models::Trace& kept)
        : monitors_(program), kept_(kept) {}

    void judge(const models::Trace& trace, std::vector<models::Finding>& findings) override {
        kept_ = trace;
        monitors_.judge(trace, findings);
    }

    void state(const models::Trace& so_far, models::State& state) override {
        monitors_.state(so_far, state);
    }

  private:
    Monitors monitors_;
    models::Trace& kept_;
};

}  // namespace interlock::properties
