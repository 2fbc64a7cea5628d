// Revision `merged`: what upstream merged. The release is within the job again, and a refusal by a
// rate limit gives the lock back too. What is left: a job that cannot start keeps its lock.
#pragma once

#include "models/revisions/reference.hpp"

namespace interlock::models {

class Merged final : public Reference {
  public:
    Merged(const Program& program, Recorder& recorder, BodyRunner& runner, Listener* listener)
        : Reference(program, recorder, runner, listener, {}) {}

  private:
    Status execute(Call& call) override;
};

}  // namespace interlock::models
