// Of each outcome, the simplest execution that comes to it.
#pragma once

#include "models/trace/verdict.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace interlock::ci {

// By Trace::outcomes.
using Witnesses = std::map<std::vector<std::uint8_t>, models::Trace>;

// Takes `more` in where it has an outcome of its own, or a simpler execution of one.
void merge(Witnesses& all, Witnesses&& more);

// Keeps them while another judges.
class WitnessKeeper final : public models::Judge {
  public:
    // `kept` outlives it.
    WitnessKeeper(std::unique_ptr<models::Judge> judge, Witnesses& kept)
        : judge_(std::move(judge)), kept_(kept), last_(kept.end()) {}

    void judge(const models::Trace& trace, std::vector<models::Finding>& findings) override;

    void state(const models::Trace& so_far, models::State& state) override {
        judge_->state(so_far, state);
    }

  private:
    std::unique_ptr<models::Judge> judge_;
    Witnesses& kept_;
    Witnesses::iterator last_;
};

}  // namespace interlock::ci
