// Revision `split`: the series at the commit that gave the group's wait-and-throttle limit to the
// group's lock. What goes wrong: only the started job can release, so a call that its throttle
// skips, or its rate limit refuses, keeps the lock.
#pragma once

#include "models/revisions/reference.hpp"

namespace interlock::models {

class Split final : public Reference {
  public:
    Split(const Program& program, Recorder& recorder, BodyRunner& runner, Listener* listener)
        : Reference(program, recorder, runner, listener, {}) {}

  private:
    Status execute(Call& call) override;
};

}  // namespace interlock::models
