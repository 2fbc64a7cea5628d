// Revision `limit`: before the series, with one limit option instead of concurrency and throttle.
// It works; a group's lock is given back by whoever is its current job, and else there is an error.
#pragma once

#include "models/revisions/reference.hpp"

namespace interlock::models {

class Limit final : public Reference {
  public:
    Limit(const Program& program, Recorder& recorder, BodyRunner& runner, Listener* listener)
        : Reference(program, recorder, runner, listener, {.says_limit = true}) {}

  private:
    Status execute(Call& call) override;
    void release(const Call& call);
};

}  // namespace interlock::models
