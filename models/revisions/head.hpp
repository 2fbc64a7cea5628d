// Revision `head`: upstream's newest. A group's lock has an owner, who alone gives it back, from
// wherever that is done: any policy goes with any other. What is left: a release that is refused
// replaces what the body came to, and the lock stays.
#pragma once

#include "models/revisions/reference.hpp"

namespace interlock::models {

class Head final : public Reference {
  public:
    Head(const Program& program, Recorder& recorder, BodyRunner& runner, Listener* listener)
        : Reference(
              program,
              recorder,
              runner,
              listener,
              {.has_lock = true,
               .jobs =
                   {.notifies_of_internal = true,
                    .completes_progress = true,
                    .syncs_progress = true,
                    .unknown_error = "Unknown error, see Supervisor logs"}}
          ) {}

  private:
    Status execute(Call& call) override;
    void release(const Call& call);
};

}  // namespace interlock::models
