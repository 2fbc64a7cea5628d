// Revision `guarded`: the end of the series, with the release in a context manager of its own. What
// goes wrong: the release comes after the job has ended, when it is no longer the current one, so
// no group job ever gives its lock back.
#pragma once

#include "models/revisions/reference.hpp"

namespace interlock::models {

class Guarded final : public Reference {
  public:
    Guarded(const Program& program, Recorder& recorder, BodyRunner& runner, Listener* listener)
        : Reference(program, recorder, runner, listener, {}) {}

  private:
    Status execute(Call& call) override;
};

}  // namespace interlock::models
